// The widget's own style, in its shadow root: the page's style does not reach it, nor it the page.
export const WIDGET_CSS = `
:host { all: initial; position: fixed; z-index: 2147483000; right: 1rem; bottom: 1rem; }
/* What a page imposes on every element reaches the host, and would be inherited: it stops here. */
.root { all: initial; font-family: Marianne, arial, sans-serif; font-size: 1rem; line-height: 1.5rem; color: #161616; color-scheme: light; }
:host([hidden]) { display: none; }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
button, input, select, textarea { font: inherit; color: inherit; border-radius: 0; margin: 0; }
button { cursor: pointer; border: 0; background: none; }
p { margin: 0; }
:focus { outline: none; }
:focus-visible { outline: 2px solid #0a76f6; outline-offset: 2px; }
a { text-underline-offset: 0.25em; }

.launcher { display: inline-flex; align-items: center; gap: 0.625rem; min-height: 3.5rem; padding: 0.75rem 1.25rem; background: #000091; color: #fff; font-weight: 700; box-shadow: 0 6px 18px rgba(0, 0, 18, 0.28); }
.launcher:hover { background: #1212ff; }
.launcher .icon { width: 1.5rem; height: 1.5rem; }
.launcher-text { display: block; }
.badge { padding: 0 0.5rem; background: #fff; color: #000091; font-size: 0.875rem; line-height: 1.5rem; }

.dialog { position: fixed; right: 1rem; bottom: 1rem; display: flex; flex-direction: column; width: 27.5rem; max-width: calc(100vw - 2rem); height: 46rem; max-height: calc(100vh - 2rem); max-height: calc(100dvh - 2rem); background: #fff; border: 1px solid #ddd; box-shadow: 0 8px 32px rgba(0, 0, 18, 0.28); animation: rise 160ms ease-out; }
@keyframes rise { from { transform: translateY(0.75rem); opacity: 0; } }
.head { display: flex; align-items: center; gap: 0.25rem; padding: 0.375rem 0.375rem 0.375rem 1rem; background: #000091; color: #fff; }
.head h2 { flex: 1; min-width: 0; margin: 0; font-size: 1.125rem; line-height: 1.5rem; font-weight: 700; }
.head button { display: inline-flex; align-items: center; gap: 0.375rem; min-height: 2.75rem; padding: 0.5rem 0.75rem; color: #fff; font-weight: 500; font-size: 0.9375rem; }
.head button:hover { background: #1212ff; }
.head button:focus-visible { outline-color: #fff; outline-offset: -3px; }
.demo { padding: 0.25rem 1rem; background: #e8edff; color: #0a3d91; font-size: 0.8125rem; line-height: 1.25rem; }
.status { border-bottom: 1px solid #ddd; background: #f6f6f6; font-size: 0.875rem; line-height: 1.25rem; }
.status[data-state="HUMAN"], .status[data-state="WAITING_USER"] { background: #eafbef; }
.status[data-state="QUEUED"], .status[data-state="RESERVED"] { background: #fff8e5; }
.status-line { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.25rem 0.75rem; padding: 0.375rem 0.5rem 0.375rem 1rem; }
.status-text { display: flex; gap: 0.5rem; flex: 1 1 11rem; }
.status[data-state="QUEUED"] .status-text, .status[data-state="RESERVED"] .status-text { flex-basis: 14rem; }
.offline { display: flex; gap: 0.5rem; padding: 0.5rem 1rem; background: #fff; border-top: 1px solid #ddd; border-left: 4px solid #b34000; color: #8d3200; font-weight: 500; }
.offline:empty { padding: 0; border: 0; }

.talk { flex: 1; display: flex; flex-direction: column; min-height: 0; }
.scroll { position: relative; flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 1rem; display: flex; flex-direction: column; gap: 1rem; }
.scroll:focus-visible { outline-offset: -2px; }
.message--pending .said { opacity: 0.8; border-right-style: dashed; }
.typing { min-height: 1.5rem; font-size: 0.875rem; line-height: 1.5rem; color: #3a3a3a; }
.typing:empty { display: block; min-height: 0; }
.dots { display: inline-flex; gap: 0.25rem; margin-left: 0.375rem; }
.dots i { width: 0.375rem; height: 0.375rem; border-radius: 50%; background: #000091; animation: blink 1.2s infinite; }
.dots i:nth-child(2) { animation-delay: 0.2s; }
.dots i:nth-child(3) { animation-delay: 0.4s; }
@keyframes blink { 50% { opacity: 0.2; } }
.extras { display: flex; flex-direction: column; gap: 1rem; }
.extras:empty, .messages--pending:empty { display: none; }
.feedback { display: flex; flex-wrap: wrap; align-items: center; gap: 0 0.25rem; margin-top: 0.125rem; min-height: 2.75rem; }

.quiet { display: inline-flex; align-items: center; gap: 0.375rem; min-height: 2.75rem; min-width: 2.75rem; padding: 0.5rem 0.625rem; color: #000091; font-size: 0.875rem; line-height: 1.25rem; font-weight: 500; text-align: left; }
.quiet:hover { background: #ececfe; }
.quiet .icon { width: 1.125rem; height: 1.125rem; }
.quiet[aria-pressed="true"] { background: #e3e3fd; box-shadow: inset 0 -2px #000091; }
.primary, .secondary, .danger { display: inline-flex; align-items: center; justify-content: center; gap: 0.5rem; min-height: 2.75rem; padding: 0.5rem 1rem; font-weight: 500; line-height: 1.5rem; }
.primary { background: #000091; color: #fff; }
.primary:hover { background: #1212ff; }
.primary[aria-disabled="true"] { background: #e5e5e5; color: #3a3a3a; }
.secondary { color: #000091; background: #fff; box-shadow: inset 0 0 0 1px #000091; }
.secondary:hover { background: #ececfe; }
.danger { background: #ce0500; color: #fff; }
.danger:hover { background: #a00400; }
.small { padding: 0.375rem 0.75rem; font-size: 0.875rem; }
.row { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1rem; }

.composer { padding: 0 1rem 0.5rem; border-top: 1px solid #ddd; background: #fff; }
.composer-top { display: flex; align-items: center; justify-content: space-between; gap: 0.5rem; min-height: 2.75rem; }
.composer-top label { font-size: 0.9375rem; font-weight: 500; white-space: nowrap; }
.profil { margin-right: -0.625rem; min-width: 0; }
.profil span { overflow: hidden; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
.composer-row { display: flex; align-items: flex-end; gap: 0.5rem; }
textarea, select, input:not([type="radio"], [type="checkbox"]) { display: block; width: 100%; min-height: 2.75rem; padding: 0.5rem 0.75rem; background: #eee; border: 0; box-shadow: inset 0 -2px #3a3a3a; }
textarea { resize: none; field-sizing: content; max-height: 8.75rem; overflow-y: auto; }
.composer textarea { flex: 1; min-width: 0; }
[aria-invalid="true"] { box-shadow: inset 0 -2px #ce0500 !important; }
.error { display: flex; gap: 0.5rem; color: #ce0500; font-size: 0.875rem; line-height: 1.25rem; font-weight: 500; }
.error:not(:empty) { padding: 0.375rem 0 0.5rem; }
.hint { padding-top: 0.25rem; }
.counter { font-size: 0.8125rem; line-height: 1.25rem; font-weight: 700; }
.counter--over { color: #ce0500; }

.panel { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 0.5rem 1rem 1.5rem; }
.panel h3 { margin: 0.5rem 0 1rem; font-size: 1.25rem; line-height: 1.75rem; }
.panel h3:focus { outline: none; }
.panel .back { margin-left: -0.625rem; }
.panel p { margin-bottom: 0.75rem; }
fieldset { border: 0; margin: 0 0 1rem; padding: 0; min-width: 0; }
legend { padding: 0; margin-bottom: 0.25rem; font-weight: 700; }
.option { display: flex; align-items: flex-start; gap: 0.75rem; min-height: 2.75rem; padding: 0.625rem 0.25rem; cursor: pointer; }
.option + .option { border-top: 1px solid #eee; }
.option:hover { background: #f6f6f6; }
.option input { flex: none; width: 1.375rem; height: 1.375rem; margin-top: 0.0625rem; accent-color: #000091; }
.block { display: block; }
.field { display: flex; flex-direction: column; gap: 0.25rem; margin-bottom: 1rem; }
.field label, .card > label { font-weight: 500; }
.notice { display: flex; gap: 0.625rem; margin-bottom: 1rem; padding: 0.75rem; background: #e8edff; color: #0a3d91; }
.notice p { margin: 0; }
.card { padding: 1rem; background: #fff; border: 1px solid #ddd; border-left: 4px solid #000091; }
.card-title { font-weight: 700; margin-bottom: 0.5rem; }
.menu, .actions, .stack { list-style: none; margin: 0; padding: 0; }
.menu button { display: flex; align-items: center; gap: 0.875rem; width: 100%; min-height: 4rem; padding: 0.625rem 0.5rem; text-align: left; border-bottom: 1px solid #ddd; }
.menu button:hover { background: #f5f5fe; }
.menu .icon { color: #000091; width: 1.5rem; height: 1.5rem; }
.menu-words { flex: 1; display: flex; flex-direction: column; }
.menu-title { font-weight: 700; }
.actions li, .stack li { margin-bottom: 0.75rem; }

@media (max-width: 36em), (max-height: 34em) {
  .dialog { right: 0; bottom: 0; width: 100vw; max-width: none; height: 100vh; height: 100dvh; max-height: none; border: 0; }
  .hint { display: none; }
  .launcher { min-width: 3.5rem; justify-content: center; padding: 0.75rem 1rem; }
  .launcher-text { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  .head { padding-left: 0.75rem; }
  .head h2 { font-size: 1rem; }
  .head button { padding: 0.5rem; gap: 0.25rem; }
  .status-line { flex-wrap: nowrap; padding-left: 0.75rem; }
  .status .status-text { flex-basis: 6rem; }
  .status-action { flex: none; }
  .scroll, .panel { padding-left: 0.75rem; padding-right: 0.75rem; }
  .composer { padding-left: 0.75rem; padding-right: 0.75rem; }
  .message--usager { padding-left: 1.5rem; }
}
/* Little height (200 % zoom, on-screen keyboard): the whole dialog scrolls, so that messages keep room. */
@media (max-height: 30em) {
  .dialog { overflow-y: auto; }
  .talk, .panel { flex: none; overflow: visible; }
  .scroll { flex: none; overflow: visible; min-height: 8rem; }
  .composer { position: sticky; bottom: 0; }
}
@media (prefers-reduced-motion: reduce) {
  .dialog, .dots i { animation: none; }
}
@media (forced-colors: active) {
  .launcher, .dialog, .primary, .secondary, .danger, textarea, select, input, .card, .notice, .head { border: 1px solid CanvasText; }
  .quiet[aria-pressed="true"] { border: 2px solid Highlight; }
  .counter--over, .error { font-weight: 700; }
}
`;
