"""A page that tries to send requests, to run scripts, and to imitate other pages."""

HOME = "http://beacon.example:{port}"
BIDI = "Panel \u202edesaeler\u202c all \u2066hidden\u2069"

BODY = """
<script>document.title = 'pwned'; fetch('{home}/script');</script>
<script src="{home}/script-src.js"></script>
<img src="{home}/img.png"><img srcset="{home}/srcset.png 2x" src="x">
<img src=x onerror="document.title='pwned';new Image().src='{home}/onerror'">
<picture><source srcset="{home}/source.png"><img src="{home}/picture.png"></picture>
<video src="{home}/video.mp4" poster="{home}/poster.png" autoplay></video>
<audio src="{home}/audio.mp3" autoplay></audio>
<iframe src="{home}/iframe.html"></iframe><object data="{home}/object"></object>
<embed src="{home}/embed"><svg onload="document.title='pwned'"><image href="{home}/svg.png"/></svg>
<form action="{home}/form"><input name=q autofocus onfocus="document.title='pwned'">
<button formaction="{home}/button">x</button></form>
<a href="javascript:document.title='pwned'" id="js">press</a>
<a href="{home}/ping-target" ping="{home}/ping">ping</a>
<a href="data:text/html,<script>alert(1)</script>">data</a>
<div style="background:url({home}/inline-style.png)">x</div>
<math><mtext><style><img src=x onerror="document.title='pwned'"></style></mtext></math>
<noscript><p title="</noscript><img src=x onerror=document.title='pwned'>"></noscript>
<template><img src="{home}/template.png"></template>
<base href="{home}/base/"><img src="relative.png">
<style>@import "{home}/late.css"; #b {{ background: url({home}/late.png) }}</style><i id="b">b</i>
<script>navigator.serviceWorker.register('/sw.js')</script>
"""
HEAD = """
<meta http-equiv="refresh" content="0;url={home}/refresh">
<link rel="stylesheet" href="{home}/style.css"><link rel="icon" href="{home}/icon.ico">
<link rel="preload" as="image" href="{home}/preload.png"><link rel="dns-prefetch" href="{home}">
<link rel="prefetch" href="{home}/prefetch"><link rel="manifest" href="{home}/manifest">
<style>
body {{ background: url("{home}/style.png") }} @import url({home}/import.css);
@font-face {{ font-family: x; src: url({home}/font.woff) }} p {{ font-family: x }}
html, body, .banner {{ display: none !important }}
body::before {{ content: ""; position: fixed; inset: 0; background: red; z-index: 99999 }}
</style>
"""


def hostile_page(port: int) -> str:
    """Return the page, in the sample publisher's layout, with requests to beacon.example:`port`."""
    home = HOME.format(port=port)
    return (
        f"<!doctype html><html lang=en><head><title>{BIDI}</title>{HEAD.format(home=home)}</head>"
        f'<body onload="document.title=\'pwned\'"><article class="statement">'
        f'<p class="symbol">PD/2024/66</p><h1>{BIDI} &lt;script&gt;alert(1)&lt;/script&gt;</h1>'
        f'<p class="issued"><time datetime="2024-03-04">4 March 2024</time></p>'
        f'<div class="body"><p>Northmarch said: "&lt;img src=x onerror=alert(1)&gt;" to the Panel '
        f"on Monday, in the presence of many witnesses who had come from Ostrel to hear it.</p>"
        f"<p>The second paragraph says that nobody was held without charge at all, and that the "
        f"families had been told where the men were, which was not so.</p></div></article>"
        f"{BODY.format(home=home)}</body></html>"
    )


ARABIC = (
    '<!doctype html><html lang="ar" dir="rtl"><head><title>بيان</title></head><body>'
    '<article class="statement"><p class="symbol">PD/2024/67</p><h1>اللجنة تدعو إلى الإفراج</h1>'
    '<p class="issued"><time datetime="2024-03-04">4 March 2024</time></p><div class="body">'
    "<p>دعت اللجنة اليوم السلطات إلى الإفراج عن كل شخص محتجز دون تهمة في شارع أوستريل، وإلى إبلاغ "
    "العائلات بمكان وجودهم.</p><p>وقالت اللجنة إنها مستعدة لزيارة المكان في أي يوم وفي أي ساعة.</p>"
    "</div></article></body></html>"
)
