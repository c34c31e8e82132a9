"""What a measurement was made on, by kind and not by name."""

import os
import platform
import re
from datetime import date
from pathlib import Path


def machine() -> str:
    """What it was measured on, by kind and not by name."""
    info = Path("/proc/cpuinfo")
    text = info.read_text(encoding="utf-8") if info.exists() else ""
    model = re.search(r"model name\s*:\s*(.+)", text)
    kind = model[1].strip() if model else platform.processor() or platform.machine()
    load = os.getloadavg()[0]
    return (
        f"{date.today().isoformat()}, {os.cpu_count()} cores of {kind}, {platform.system()}, "
        f"Python {platform.python_version()}; load average {load:.1f} when it began."
    )
