"""The book on paper: what it says, where its links and headings lead, and the same bytes twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from pypdf import PdfReader
from small_book import small_course

from course_lib.book import build_book
from course_lib.book_pdf import print_book

pytestmark = pytest.mark.book

INTRO = """
A formula, $a^2$, and [a section](#a-place) of another page, and [elsewhere](https://example.org/).

```{admonition} Solution
:class: dropdown

Forty-two.
```

```{code-cell} ipython3
print("an output")
```
"""
OTHER = "# Another page\n\n" + "Filling.\n\n" * 80 + "(a-place)=\n## A place\n\nHere.\n"


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    course = small_course(tmp_path_factory.mktemp("course"), INTRO, other=OTHER)
    book = build_book(course, quiet=True)
    # On a thread of its own: this one may have a browser of other tests.
    with ThreadPoolExecutor(1) as thread:
        path = thread.submit(print_book, course, book).result()
        first = path.read_bytes()
        assert thread.submit(print_book, course, book).result().read_bytes() == first
    assert not list(book.index.parent.glob("_print*"))
    return PdfReader(path)


def headings(reader, items):
    for item in items:
        if isinstance(item, list):
            yield from headings(reader, item)
        else:
            yield item.title, reader.get_destination_page_number(item)


def links(reader):
    for page in reader.pages:
        for note in page.get("/Annots", []):
            yield note.get_object()


def test_paper_has_every_page_with_its_solutions_and_numbers(printed):
    pages = [page.extract_text() for page in printed.pages]
    text = "\n".join(pages)
    assert "Forty-two." in text
    assert "an output" in text
    assert text.count("Filling.") == 80
    assert [page.split()[-1] for page in pages] == [str(n) for n in range(1, len(pages) + 1)]


def test_the_outline_names_each_heading_once_and_where_it_is(printed):
    found = dict(headings(printed, printed.outline))
    assert list(found) == ["A page", "Another page", "A place"]
    for title, number in found.items():
        assert title in printed.pages[number].extract_text()


def test_links_lead_to_the_place_on_paper_and_never_to_a_file(printed):
    addresses = [str(link["/A"]["/URI"]) for link in links(printed) if "/A" in link]
    assert addresses == ["https://example.org/"]
    names = {str(link["/Dest"]) for link in links(printed) if "/Dest" in link}
    places = printed.named_destinations
    assert names
    assert names <= set(places)
    place = next(places[name] for name in names if "a-place" in name)
    assert "A place" in printed.pages[printed.get_destination_page_number(place)].extract_text()
