// 填报: pages that keep themselves fresh, forms that ask first, files that can be dropped. Works without it, too.
"use strict";
(() => {
  const busy = () => {
    const at = document.activeElement;
    const typing = at && at.matches("input:not([type=radio]):not([type=hidden]), select, textarea") && at.closest("main");
    const chosen = [...document.querySelectorAll("main input[type=file]")].some((field) => field.files.length);
    const picked = document.querySelector("main input[type=radio]:checked, main details[open]");
    return Boolean(typing || chosen || picked);
  };
  const get = (address) => fetch(address, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });

  // put the fresh page's <main> in place of this one; the rest of the page stays
  const refresh = async () => {
    const answer = await get(location.href);
    if (answer.redirected && new URL(answer.url).pathname !== location.pathname) { location.reload(); return; }
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = fresh.querySelector("main");
    if (!main) return;
    document.querySelector("main").replaceWith(main);
    document.body.dataset.version = fresh.body.dataset.version || "";
    document.querySelector(".news")?.remove();
    prepare(main);
  };
  const offer = () => {
    if (document.querySelector(".news")) return;
    const button = document.createElement("button");
    button.className = "news primary";
    button.textContent = document.body.dataset.news;
    button.addEventListener("click", () => refresh().catch(() => location.reload()));
    document.body.append(button);
  };
  const pulse = async () => {
    try {
      if (!document.hidden && document.querySelector("main[data-refresh]")) {
        const answer = await get(document.body.dataset.pulse);
        if (answer.status === 401) { location.reload(); return; }
        const version = answer.ok ? (await answer.json()).version : document.body.dataset.version;
        if (version !== document.body.dataset.version) { if (busy()) offer(); else await refresh(); }
      }
    } catch { /* the service is away for a moment: ask again */ }
    setTimeout(pulse, 2000);
  };
  if (document.body.dataset.pulse) setTimeout(pulse, 2000);

  // live progress: quick while something runs
  const live = document.querySelector("[data-live]");
  const look = async () => {
    let wait = 2000;
    try {
      if (!document.hidden) {
        const answer = await get(live.dataset.live);
        if (answer.redirected) { location.reload(); return; }
        if (answer.ok) {
          const was = live.querySelector("[data-running]")?.dataset.running;
          live.innerHTML = await answer.text();
          const now = live.querySelector("[data-running]")?.dataset.running;
          if (now === "1") wait = 500;
          if (was === "1" && now === "0") await runs();
        }
      }
    } catch { /* ask again */ }
    setTimeout(look, wait);
  };
  const runs = async () => {
    const answer = await get(location.href);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main > section:last-child");
    const old = document.querySelector("main > section:last-child");
    if (fresh && old) old.replaceWith(fresh);
  };
  if (live) setTimeout(look, 400);

  // a text into the clipboard; without https the old way
  const copy = async (text) => {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* not allowed here */ }
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  };
  const prepare = (root) => {
    root.querySelectorAll("button[data-copy]").forEach((button) => button.addEventListener("click", async () => {
      if (await copy(document.getElementById(button.dataset.copy).textContent)) button.textContent = button.dataset.copied;
    }));
    root.querySelectorAll("select[data-submit]").forEach((field) => field.addEventListener("change", () => field.form.submit()));
    root.querySelectorAll(".drop").forEach((label) => {
      const field = label.querySelector("input"), shown = label.querySelector("span");
      field.addEventListener("change", () => { shown.textContent = field.files[0]?.name || shown.dataset.chosen; });
      label.addEventListener("dragover", (event) => { event.preventDefault(); label.classList.add("over"); });
      label.addEventListener("dragleave", () => label.classList.remove("over"));
      label.addEventListener("drop", (event) => {
        event.preventDefault();
        label.classList.remove("over");
        field.files = event.dataTransfer.files;
        field.dispatchEvent(new Event("change"));
      });
    });
  };
  prepare(document);
  const here = document.querySelector("nav.main [aria-current]");  // on a phone the menu may be wider than the screen
  if (here) here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;
  document.addEventListener("submit", (event) => {
    const ask = event.target.dataset.confirm;
    if (ask && !confirm(ask)) { event.preventDefault(); return; }
    if (event.target.method === "post") setTimeout(() => event.target.querySelectorAll("button").forEach((b) => { b.disabled = true; }), 0);
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.who[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
})();
