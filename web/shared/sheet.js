// Style sheets made by script: they ask nothing of the page's Content-Security-Policy.

/** A sheet from CSS text. Pages that shrink their root font would shrink us too: sizes then become pixels. */
export function sheet(css) {
  const root = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const text = root < 14 ? css.replace(/(\d*\.?\d+)rem\b/g, (_, size) => `${Number(size) * 16}px`) : css;
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}
