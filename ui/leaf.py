"""A page of our own, from its head to its foot: readable without JavaScript, and printed well."""

from markupsafe import Markup

PAGE = Markup("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{root}/pages/answer.css">
<link rel="stylesheet" href="{root}/pages/source.css">
<script src="{root}/pages/source.js" defer></script>
</head>
<body>
<header class="bar"><nav aria-label="Pages"><a href="{root}/">Ask a question</a>
<a href="{root}/library">All documents</a></nav></header>
<main>
{body}
</main>
</body>
</html>
""")


def page(title: str, body: Markup, root: str = "") -> str:
    """A whole page; `body` is HTML and `title` is not."""
    return str(PAGE.format(title=title, body=body, root=root))
