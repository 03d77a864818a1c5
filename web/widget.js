// The one script tag that puts the adviser on any page: `<script src="https://…/widget.js" defer></script>`.
// It only finds where it came from, then loads the rest from there.
// Attributes: data-langage="simple", data-lanceur="non" (no floating button: the page has its own).
(() => {
  "use strict";
  const script = document.currentScript;
  const base = new URL(".", script ? script.src : document.baseURI);
  if (document.querySelector("conseiller-virtuel")) return;

  // A click that comes before the rest is loaded is kept, not lost.
  let early = null;
  const keep = (event) => {
    const opener = event.target.closest?.("[data-conseiller]");
    if (opener) early = opener;
  };
  document.addEventListener("click", keep);

  import(new URL("static/widget/element.js", base).href)
    .then(({ install }) => {
      const element = install({ base: base.href, ...(script ? script.dataset : {}) });
      document.removeEventListener("click", keep);
      if (early) element.open(early, early.dataset.conseillerQuestion);
    })
    .catch((error) => console.error("Conseiller virtuel : la page n’a pas pu charger le module.", error));
})();
