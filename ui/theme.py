"""The chat page's theme for Gradio: calm colours, light and dark, no font from elsewhere."""

import gradio as gr

FONT = ["ui-sans-serif", "system-ui", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]


def theme(accent: str) -> gr.themes.Base:
    """Gradio's plainest theme in our colours; `accent` is dark enough for white text."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        font=FONT,
        font_mono=["ui-monospace", "monospace"],
        text_size=gr.themes.sizes.text_lg,
        radius_size=gr.themes.sizes.radius_lg,
    ).set(
        button_primary_background_fill=accent,
        button_primary_background_fill_hover=accent,
        button_primary_background_fill_dark=accent,
        button_primary_background_fill_hover_dark=accent,
        button_primary_text_color="#ffffff",
        button_secondary_background_fill="#ffffff",
        button_secondary_background_fill_dark="#1f262c",
        button_secondary_text_color="#1b2a33",
        button_secondary_text_color_dark="#e9ecec",
        body_background_fill="#f7f6f2",
        body_background_fill_dark="#12181d",
        body_text_color="#1b2a33",
        body_text_color_dark="#e9ecec",
        block_background_fill_dark="#12181d",
        input_background_fill="#ffffff",
        input_background_fill_dark="#1a2127",
        input_border_color="#77858c",
        input_border_color_dark="#6f7d85",
        input_border_width="1px",
    )
