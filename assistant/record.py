"""The answer as plain data for other programs. The fields that stand here stay."""

from typing import Any

from assistant.answer import Answer, Citation, Phone, SafetyCard, Term, Use

CONSIDERED = 10


def record(answer: Answer) -> dict[str, Any]:
    """An Answer as JSON-ready data; offsets are code points of the document's text."""
    return {
        "status": answer.status,
        "standalone": answer.question,
        "message": answer.message,
        "language": answer.language,
        "carried": list(answer.carried),
        "form": answer.form,
        "note": answer.note,
        "defined": _term(answer.defined) if answer.defined else None,
        "cards": [_card(card) for card in answer.cards],
        "citations": [_citation(citation) for citation in answer.citations],
        "suggestions": list(answer.suggestions),
        "considered": [
            {
                "document": found.passage.document.id,
                "start": found.passage.span.start,
                "end": found.passage.span.end,
                "score": round(found.score, 6),
            }
            for found in answer.considered[:CONSIDERED]
        ],
    }


def _card(card: SafetyCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "level": card.level,
        "text": card.text,
        "reviewed": card.reviewed,
        "source": card.source,
        "date": card.date,
        "question": card.question,
        "warning": card.warning,
        "phones": [phone_record(phone) for phone in card.phones],
    }


def phone_record(phone: Phone) -> dict[str, str]:
    """A number to call as JSON-ready data."""
    return {"name": phone.name, "number": phone.number, "tel": phone.tel}


def _citation(citation: Citation) -> dict[str, Any]:
    document = citation.passage.document
    return {
        "number": citation.number,
        "side": citation.side,
        "quote": citation.quote,
        "context": list(citation.context),
        "document": document.id,
        "title": document.title,
        "heading": citation.passage.heading,
        "start": citation.span.start,
        "end": citation.span.end,
        "score": round(citation.score, 6),
        "terms": [_use(citation, use) for use in citation.uses],
        "hash": document.hash,
        "level": document.level,
        "written": str(document.written or ""),
        "review_due": str(document.review_due or ""),
        "clinical_review": document.clinical_review,
        "publisher": document.publisher,
        "page": citation.page,
        "references": [{"text": str(r), "url": r.url} for r in citation.references],
    }


def _use(citation: Citation, use: Use) -> dict[str, str]:
    text = citation.passage.document
    return {"text": text[use.span], **_term(use.term)}


def _term(term: Term) -> dict[str, str]:
    return {"term": term.name, "meaning": term.meaning}
