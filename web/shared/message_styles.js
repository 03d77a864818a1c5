// The style of messages, adopted by the widget's shadow root and by the console's page alike.
// Colours are those of the State's design system; the words always say what a colour says.
export const MESSAGE_CSS = `
.sr-only { position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; border: 0; }
.icon { width: 1.25em; height: 1.25em; flex: none; vertical-align: -0.25em; }
.messages { list-style: none; margin: 0; padding: 0; display: flex; flex-direction: column; gap: 1.25rem; }
.message { display: flex; flex-direction: column; max-width: 100%; min-width: 0; padding: 0; }
.message .who { display: flex; flex-wrap: wrap; align-items: center; gap: 0.125rem 0.625rem; margin-bottom: 0.25rem; font-size: 0.875rem; line-height: 1.5rem; }
.message .author { display: inline-flex; align-items: center; gap: 0.375rem; font-weight: 700; color: #161616; }
.message .when, .fine { font-size: 0.8125rem; line-height: 1.25rem; color: #666; }
.message .said { min-width: 0; padding: 0.75rem 1rem; background: #f6f6f6; border-left: 4px solid #929292; overflow-wrap: anywhere; }
.message .said > :first-child { margin-top: 0; }
.message .said > :last-child { margin-bottom: 0; }
.message .said p, .message .said li { text-wrap: pretty; }
.message .said p { margin: 0 0 0.625rem; font-size: 1rem; line-height: 1.5rem; }
.message .said p.fine, .message .said p.small-title { font-size: 0.8125rem; line-height: 1.25rem; }
.message .said ul, .message .said ol { margin: 0 0 0.625rem; padding: 0 0 0 1.25rem; }
.message .said ul { list-style: disc; }
.message .said ol { list-style: decimal; }
.message .said li::marker { content: normal; font-weight: 400; color: inherit; }
.message .said li { padding: 0; margin: 0 0 0.25rem; line-height: 1.5rem; }
.message--assistant .said { border-left-color: #000091; background: #f5f5fe; }
.message--assistant .author { color: #000091; }
.message--usager { align-self: flex-end; align-items: flex-end; padding-left: 2.5rem; }
.message--usager .said { border-left: 0; border-right: 4px solid #3a3a3a; background: #eee; }
.message--conseiller .said { border-left-color: #18753c; background: #eafbef; }
.message--conseiller .author { color: #18753c; }
.message--system .said { background: #fff; border: 1px solid #ddd; border-left: 4px solid #666; }
.message--note .said { background: #fff8e5; border: 1px dashed #716043; border-left: 4px solid #716043; }
.message--note .author { color: #716043; }
.message--distress .said { background: #fff; border: 2px solid #ce0500; border-left-width: 6px; }
.message--distress .author, .message .distress-title { color: #ce0500; font-weight: 700; }
.message .small-title { font-weight: 700; margin: 0.75rem 0 0.25rem !important; color: #3a3a3a; }
.message .sources { margin-top: 0.75rem; padding-top: 0.5rem; border-top: 1px solid #ddd; font-size: 0.875rem; }
.message .sources .small-title { margin-top: 0 !important; }
.message .said .sources ul { list-style: none; margin: 0; padding: 0; }
.message .sources li { line-height: 1.375rem; }
.message .said p > a, .message .said li > a { color: #000091; font-weight: 500; }
.message .said a .icon { width: 1em; height: 1em; vertical-align: -0.125em; }
.message .sources li > a { font-weight: 400; }
.message .sources a { display: inline-block; padding: 0.125rem 0; color: #000091; overflow-wrap: anywhere; }
.message .said .choices { list-style: none; margin: 0.75rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.5rem; }
.message .said .choices li { margin: 0; max-width: 100%; }
.choice { min-height: 2.75rem; padding: 0.5rem 1rem; border: 1px solid #000091; background: #fff; color: #000091; font: inherit; font-weight: 500; line-height: 1.5rem; text-align: left; cursor: pointer; max-width: 100%; }
.choice:hover { background: #ececfe; }
.simulation { margin: 0.75rem 0; padding: 0.75rem 0.875rem; background: #fff; border: 1px solid #ddd; border-top: 4px solid #000091; }
.message .said .simulation .simulation-title { display: flex; gap: 0.5rem; align-items: flex-start; margin: 0 0 0.25rem; font-size: 1rem; line-height: 1.5rem; font-weight: 700; color: #161616; }
.message .said .simulation .estimate { display: inline-block; margin-bottom: 0.5rem; padding: 0.125rem 0.5rem; font-size: 0.8125rem; line-height: 1.25rem; background: #fff8e5; border: 1px solid #716043; color: #53460f; }
.pairs { margin: 0 0 0.5rem; }
.pairs > div { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; padding: 0.375rem 0; border-bottom: 1px solid #e5e5e5; line-height: 1.5rem; }
.pairs dt { color: #3a3a3a; font-size: 0.9375rem; }
.pairs dd { margin: 0; font-weight: 700; overflow-wrap: anywhere; }
.table-scroll { overflow-x: auto; margin: 0.5rem 0 0.75rem; }
.table-scroll table { width: 100%; border-collapse: collapse; font-size: 0.9375rem; line-height: 1.5rem; }
.table-scroll caption { text-align: left; font-weight: 700; padding: 0.25rem 0; }
.table-scroll th, .table-scroll td { padding: 0.375rem 0.5rem; text-align: left; border-bottom: 1px solid #ddd; font-variant-numeric: tabular-nums; }
.table-scroll thead th { background: #f6f6f6; border-bottom: 2px solid #3a3a3a; }
.table-scroll th:not(:first-child), .table-scroll td { text-align: right; }
.more { margin: 0.25rem 0; }
.more summary { min-height: 2.75rem; padding: 0.625rem 0; color: #000091; font-weight: 500; cursor: pointer; line-height: 1.5rem; }
@media (forced-colors: active) {
  .message .said, .choice, .simulation { border: 1px solid CanvasText; }
  .message--distress .said { border-width: 4px; }
}
`;
