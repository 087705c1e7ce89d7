// What only makes the officer's pages quicker: every page works without it.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const SWITCH = "officer-keys";

  // --- Copy buttons ---------------------------------------------------------------------
  const said = one("#said");
  for (const button of all("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      said.textContent = "";
      requestAnimationFrame(() => {
        said.textContent = `${said.dataset.copied}: ${button.dataset.copy}`;
      });
      button.classList.add("copy--done");
      setTimeout(() => button.classList.remove("copy--done"), 2000);
    });
  }

  // --- Viewer: one document is the current one --------------------------------------------
  const documents = all("[data-document]");
  const tabs = all("[data-tab]");
  const views = new Map(documents.map((shown) => [shown, { zoom: 1, turn: 0 }]));
  let current = documents[0];

  const draw = (shown) => {
    const { zoom, turn } = views.get(shown);
    for (const sheet of all(".sheet", shown)) {
      const image = sheet.firstElementChild;
      const wide = shown.clientWidth * zoom;
      const upright = turn % 180 === 0;
      const ratio = image.naturalHeight / image.naturalWidth || 1;
      image.style.width = `${upright ? wide : wide / ratio}px`;
      image.style.maxWidth = "none";
      sheet.style.width = `${wide}px`;
      sheet.style.height = `${upright ? wide * ratio : wide / ratio}px`;
      image.style.position = "absolute";
      image.style.left = image.style.top = "50%";
      image.style.transform = `translate(-50%, -50%) rotate(${turn}deg)`;
    }
  };
  const change = {
    larger: (view) => { view.zoom = Math.min(view.zoom * 1.25, 6); },
    smaller: (view) => { view.zoom = Math.max(view.zoom / 1.25, 0.4); },
    fit: (view) => { view.zoom = 1; },
    turn: (view) => { view.turn = (view.turn + 90) % 360; },
  };
  const view = (what) => {
    if (!current) return;
    change[what](views.get(current));
    draw(current);
  };
  const choose = (shown) => {
    if (!shown) return;
    current = shown;
    for (const tab of tabs) {
      const here = tab.hash === `#${shown.id}`;
      if (here) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
  };
  const step = (by) => {
    const next = documents[documents.indexOf(current) + by];
    if (!next) return;
    choose(next);
    next.scrollIntoView({ block: "nearest" });
    next.focus({ preventScroll: true });
  };
  for (const tools of all(".viewer__tools")) tools.hidden = documents.length === 0;
  for (const button of all("[data-view]")) {
    button.addEventListener("click", () => view(button.dataset.view));
  }
  for (const tab of tabs) {
    tab.addEventListener("click", () => choose(documents.find((d) => `#${d.id}` === tab.hash)));
  }
  choose(current);

  // --- Keys, which can be switched off ------------------------------------------------------
  const dialog = one("#keys");
  const isOn = one("#keys-on");
  if (!dialog) return;
  const stored = () => {
    try { return localStorage.getItem(SWITCH); } catch { return null; }
  };
  isOn.checked = stored() !== "off";
  isOn.addEventListener("change", () => {
    try { localStorage.setItem(SWITCH, isOn.checked ? "on" : "off"); } catch { /* private mode */ }
  });
  for (const button of all("[data-keys]")) {
    button.hidden = false;
    button.addEventListener("click", () => dialog.showModal());
  }
  const row = (by) => {
    const links = all("#result_list tbody th a");
    const next = links[links.indexOf(document.activeElement) + by];
    if (next) next.focus();
  };
  const search = () => {
    const box = one("#searchbar") || one("[data-search]");
    if (box) box.focus();
  };
  const keys = {
    "/": search,
    "?": () => dialog.showModal(),
    "[": () => step(-1),
    "]": () => step(1),
    "+": () => view("larger"),
    "-": () => view("smaller"),
    0: () => view("fit"),
    r: () => view("turn"),
    j: () => row(1),
    k: () => row(-1),
  };
  document.addEventListener("keydown", (event) => {
    if (!isOn.checked || dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
