"""A person types into a cell of the view: a small script for the page, and what becomes of it. On this machine only."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from sync.backends.google.emulator.a1 import letters, parse_rect
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.errors import ApiError
from sync.backends.google.emulator.evaluate import compute
from sync.backends.google.emulator.values import update_values
from sync.backends.google.emulator.web import Answer, Request
from sync.backends.google.emulator.worked_out import Values
from sync.backends.google.emulator.world import World

CLERK = "填报人"  # an editor, not the owner: what is protected stays protected
_LOCAL = ("127.0.0.1", "localhost", "::1")

SCRIPT = """
const book=document.body.dataset.book,sheet=document.body.dataset.sheet;let version=document.body.dataset.version,busy=false;
async function show(){const answer=await fetch(location.href);if(!answer.ok)return;
 const page=new DOMParser().parseFromString(await answer.text(),'text/html');
 document.querySelector('.sheet').innerHTML=page.querySelector('.sheet').innerHTML;
 version=page.body.dataset.version}
setInterval(async()=>{if(busy)return;try{const now=await(await fetch('/view/'+book+'/version')).text();
 if(now!==version)await show()}catch(error){}},1500);
document.addEventListener('click',event=>{const cell=event.target.closest('td[data-at]');if(!cell||busy)return;busy=true;
 const before=cell.innerHTML,input=document.createElement('input');input.value=cell.dataset.text||'';
 input.style.cssText='width:100%;box-sizing:border-box;font:inherit;border:2px solid #1a73e8';
 cell.replaceChildren(input);input.focus();input.select();
 const leave=()=>{busy=false;cell.innerHTML=before};
 const save=async()=>{input.onblur=null;if(input.value===(cell.dataset.text||''))return leave();
  const answer=await fetch('/view/'+book+'/edit',{method:'POST',body:new URLSearchParams({sheet,at:cell.dataset.at,text:input.value})});
  busy=false;if(!answer.ok)alert(await answer.text());await show()};
 input.onblur=save;input.onkeydown=key=>{if(key.key==='Enter')save();if(key.key==='Escape'){input.onblur=null;leave()}}});
"""


def version(world: World, book_id: str) -> str:
    """Changes with every edit of a book."""
    file = world.files.get(book_id)
    return str(file.edits[-1].version if file is not None and file.edits else 1)


def edit(world: World, book_id: str, request: Request) -> Answer:
    """Type a text into one cell, as a clerk in the browser would."""
    if not _from_here(request):
        return _told("只能在本机的这个页面里改。", 403)
    book = world.books.get(book_id)
    given = {name: values[-1] for name, values in parse_qs(request.data.decode("utf-8", "replace"), True).items()}
    sheet = next((item for item in book.sheets if str(item.id) == given.get("sheet")), None) if book else None
    if book is None or sheet is None or not given.get("at"):
        return _told("没有这个格子。", 404)
    changed: Book = book.copy()
    title = sheet.title.replace("'", "''")
    body: Json = {"values": [[given.get("text", "")]]}
    try:
        update_values(changed, CLERK, f"'{title}'!{given['at']}", {"valueInputOption": "USER_ENTERED"}, body)
    except ApiError as error:
        protected = "protected cell" in error.message
        return _told("这一格受保护，不能改。" if protected else error.message, 409)
    if choices := _refused(changed, given["at"], sheet.id):
        return _told(f"这一格只能从下拉列表里选：{'、'.join(choices[:12])}{' ……' if len(choices) > 12 else ''}", 409)
    changed.touch()
    world.books[book_id] = changed
    world.touched(book_id, CLERK)
    return Answer(None, 204)


def _refused(book: Book, at: str, sheet_id: int) -> list[str]:
    """What may be chosen in a cell whose list is strict, where it holds something else. Only the browser refuses; what
    programs write is taken."""
    rect = parse_rect(at)
    sheet = next(item for item in book.sheets if item.id == sheet_id)
    if rect is None or rect.top is None or rect.left is None:
        return []
    rule = sheet.cell(rect.top, rect.left).rule or {}
    condition = rule.get("condition") or {}
    wanted = [str(item.get("userEnteredValue", "")) for item in condition.get("values") or []]
    if not rule.get("strict") or condition.get("type") not in ("ONE_OF_LIST", "ONE_OF_RANGE"):
        return []
    values = Values(book)
    if condition["type"] == "ONE_OF_RANGE":
        listed = book.formula(f"ARRAYFORMULA({wanted[0].removeprefix('=')})")
        found = compute(listed, values, sheet_id, rect.top, rect.left)
        wanted = [str(value) for line in found.rows for value in line if value not in (None, "")]
    shown = values.shown(sheet_id, rect.top, rect.left)
    return wanted if shown and shown not in wanted else []


def address(row: int, column: int) -> str:
    return f"{letters(column)}{row + 1}"


def _from_here(request: Request) -> bool:
    """Another site's page must not be able to type here through somebody's browser."""
    host = request.headers.get("host", "")
    return urlsplit(f"//{host}").hostname in _LOCAL and request.headers.get("origin") == f"http://{host}"


def _told(text: str, code: int) -> Answer:
    return Answer(text.encode(), code, kind="text/plain; charset=UTF-8")
