"""A page whose words a script loads is known as a shell; a page with words is none."""

import pytest

from scrapers.parse.html.javascript_shell import find_shell

_SCRIPT = '<script defer src="/main.js"></script>'
_SHELLS = {
    "react": f'{_SCRIPT}<noscript>You need to enable JavaScript.</noscript><div id="root"></div>',
    "next": f'<div id="__next"><div class="spinner"><span>Loading...</span></div></div>{_SCRIPT}',
    "angular": f"<app-root></app-root>{_SCRIPT}",
    "own root": f"<gov-root>Loading…</gov-root>{_SCRIPT}",
    "menu around it": f'<header><a href="/">Home</a> <a href="/n">News</a></header>'
    f'<div id="app"></div><footer>Ministry of Ruritania</footer>{_SCRIPT}',
    "Russian": f"<noscript>Включите JavaScript</noscript><div></div>{_SCRIPT}",
    "German": f"<p>Bitte aktivieren Sie JavaScript, um diese Seite zu sehen.</p>{_SCRIPT}",
    "Chinese": f"<p>请启用 JavaScript</p>{_SCRIPT}",
    "Arabic": f"<p>يرجى تفعيل JavaScript</p>{_SCRIPT}",
    "nothing but scripts": f"<form><div></div></form>{_SCRIPT}{_SCRIPT}",
}
_WORDS = "<p>The ministry regrets the delay in the delivery of seed to the northern valleys.</p>"
_PAGES = {
    "a map needs JavaScript": f"<article>{_WORDS * 4}</article>"
    f"<noscript>Please enable JavaScript for the map.</noscript>{_SCRIPT}",
    "rendered on the server": f'<div id="root"><article>{_WORDS}</article></div>{_SCRIPT}',
    "short, without scripts": "<p>We regret the delay.</p>",
    "short, with one script": f"<p>We regret the delay.</p>{_SCRIPT}",
    "one sentence, rendered on the server": f'<div id="__next"><main><p>We mourn Anna Petrova, '
    f"the first clerk of Val.</p></main></div>{_SCRIPT * 3}",
    "one sentence, and a hint": "<p>The council welcomes the truce of 12 March in the valley.</p>"
    f"<noscript>Please enable JavaScript.</noscript>{_SCRIPT * 3}",
    "of JavaScript": f"<p>The board says that JavaScript was {_WORDS * 4}</p>{_SCRIPT}",
}


def _document(body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>Ministry</title></head><body>{body}</body></html>"


@pytest.mark.parametrize("shell", _SHELLS)
def test_a_shell_is_recognised(shell: str) -> None:
    assert find_shell(_document(_SHELLS[shell]))


@pytest.mark.parametrize("page", _PAGES)
def test_a_page_with_words_is_no_shell(page: str) -> None:
    assert find_shell(_document(_PAGES[page])) == ""


def test_hidden_words_are_none_of_a_page_s() -> None:
    hidden = f'<div style="display:none">{_WORDS * 20}</div><script>{"x" * 900}</script>'

    assert find_shell(_document(f'{hidden}<div id="app"></div>{_SCRIPT}'))


def test_a_menu_with_many_words_makes_a_page() -> None:
    menu = "".join(f"<li>Department number {n}</li>" for n in range(60))

    assert find_shell(_document(f'<ul>{menu}</ul><div id="app"></div>{_SCRIPT}')) == ""
