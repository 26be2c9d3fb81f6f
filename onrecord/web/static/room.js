// Enhancements: every page works without this script.
(() => {
  "use strict";
  const isTextField = (element) => element && /^(input|textarea|select)$/i.test(element.tagName);

  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    const status = button.querySelector("[role=status]");
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
      status.textContent = label;
      setTimeout(() => { button.firstChild.textContent = label; status.textContent = ""; }, 2000);
    });
  }

  const quote = document.querySelector("[data-selected]");
  if (quote) {
    const text = document.getElementById(quote.dataset.selected);
    document.addEventListener("selectionchange", () => {
      const selection = getSelection();
      if (!selection.isCollapsed && text.contains(selection.anchorNode) && text.contains(selection.focusNode)) {
        quote.value = selection.toString().trim();
      }
    });
  }

  const dropTarget = document.querySelector("[data-drop]");
  if (dropTarget) {
    dropTarget.addEventListener("dragover", (event) => event.preventDefault());
    dropTarget.addEventListener("drop", async (event) => {
      const file = event.dataTransfer.files[0];
      if (!file) return;
      event.preventDefault();
      dropTarget.value = await file.text();
    });
  }

  const hitLinks = () => [...document.querySelectorAll(".hit h2 a")];
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTextField(event.target)) return;
    if (event.key === "/") {
      const field = document.querySelector("[data-key='/']");
      if (field) { event.preventDefault(); field.focus(); field.select(); }
    } else if (event.key === "n" || event.key === "p") {
      const links = hitLinks();
      const index = links.indexOf(document.activeElement);
      const next = links[event.key === "n" ? index + 1 : Math.max(0, index - 1)];
      if (next) next.focus();
    } else {
      const link = document.querySelector(`a[data-key='${CSS.escape(event.key)}']`);
      if (link) link.click();
    }
  });
})();
