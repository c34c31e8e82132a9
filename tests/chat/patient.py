"""What a patient does on the chat page: open it, type a question, wait for the answer."""

from playwright.sync_api import Page, expect

JAW = "How rare is jaw bone damage?"


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.get_by_role("textbox", name="Your question")).to_be_visible(timeout=20_000)
    return page


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the answer."""
    before = page.locator("#chat .turn").count()
    page.get_by_role("textbox", name="Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("#chat .turn")).to_have_count(before + 1, timeout=15_000)
