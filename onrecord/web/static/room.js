// Conveniences only: every page works without them.
(() => {
  "use strict";
  const quiet = (element) => element && /^(input|textarea|select)$/i.test(element.tagName);

  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    const said = button.querySelector("[role=status]");
    const label = button.firstChild.textContent;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy).textContent;
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        const range = document.createRange();
        range.selectNodeContents(document.getElementById(button.dataset.copy));
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        document.execCommand("copy");
      }
      button.firstChild.textContent = "✓ " + label;
      said.textContent = label;
      setTimeout(() => { button.firstChild.textContent = label; said.textContent = ""; }, 2000);
    });
  }

  const quote = document.querySelector("[data-selected]");
  if (quote) {
    const text = document.getElementById(quote.dataset.selected);
    document.addEventListener("selectionchange", () => {
      const chosen = getSelection();
      if (!chosen.isCollapsed && text.contains(chosen.anchorNode) && text.contains(chosen.focusNode)) {
        quote.value = chosen.toString().trim();
      }
    });
  }

  const drop = document.querySelector("[data-drop]");
  if (drop) {
    drop.addEventListener("dragover", (event) => event.preventDefault());
    drop.addEventListener("drop", async (event) => {
      const file = event.dataTransfer.files[0];
      if (!file) return;
      event.preventDefault();
      drop.value = await file.text();
    });
  }

  const hits = () => [...document.querySelectorAll(".hit h2 a")];
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || quiet(event.target)) return;
    if (event.key === "/") {
      const field = document.querySelector("[data-key='/']");
      if (field) { event.preventDefault(); field.focus(); field.select(); }
    } else if (event.key === "n" || event.key === "p") {
      const all = hits();
      const at = all.indexOf(document.activeElement);
      const next = all[event.key === "n" ? at + 1 : Math.max(0, at - 1)];
      if (next) next.focus();
    } else {
      const link = document.querySelector(`a[data-key='${CSS.escape(event.key)}']`);
      if (link) link.click();
    }
  });
})();
