"""Domains below which each name is another owner's, beyond those of the Public Suffix List.

Hosts of blogs and free sites whose operators did not enter them in the list's private section, and
parliaments whose members have a name each.
"""

SHARED_HOSTS = frozenset(
    [
        *("wordpress.com", "substack.com", "tumblr.com", "livejournal.com", "medium.com"),
        *("typepad.com", "weebly.com", "ghost.io", "squarespace.com", "strikingly.com"),
        *("webs.com", "yola.com", "ning.com", "xanga.com", "tripod.com", "angelfire.com"),
        *("geocities.com", "jimdo.com", "jimdofree.com", "posterous.com", "webnode.com"),
        *("over-blog.com", "over-blog.net", "canalblog.com", "hypotheses.org", "unblog.fr"),
        *("centerblog.net", "eklablog.com", "blog4ever.com", "skyrock.com", "free.fr"),
        *("webnode.cz", "webnode.sk", "webnode.page", "blog.cz", "estranky.cz", "blog.hu"),
        *("narod.ru", "ucoz.ru", "ucoz.com", "nethouse.ru", "livejournal.ru", "liveinternet.ru"),
        *("blogfa.com", "blogsky.com", "mihanblog.com", "persianblog.ir", "blogcu.com"),
        *("fc2.com", "seesaa.net", "cocolog-nifty.com", "exblog.jp", "livedoor.jp"),
        *("tistory.com", "egloos.com", "naver.com", "pixnet.net", "blog.163.com"),
        *("house.gov", "senate.gov"),
    ]
)
