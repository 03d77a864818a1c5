"""Every list is cut in pages: `?limit=&cursor=` → `{items, next_cursor}`."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints


class Page(BaseModel):
    """`?limit=&cursor=`"""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,6}$")] | None = None


def page_of(items: list[Any], page: Page) -> dict[str, Any]:
    """Cut one page out of a whole list."""
    start = int(page.cursor or 0)
    end = start + page.limit
    return {"items": items[start:end], "next_cursor": str(end) if end < len(items) else None}
