// Shows /openapi.json with Swagger UI, which asks nothing of any other site: no validator badge, no telemetry.
// (Swagger UI is a classic script loaded with `defer`, before this module.)
globalThis.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger",
  // Deep links would put a link inside each operation's button: no keyboard or screen reader tells them apart.
  deepLinking: false,
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  // The console's cookie is for the console; trials use the bearer token that one pastes.
  withCredentials: false,
  // Swagger UI leaves its introduction outside any landmark, and skips a level of headings.
  onComplete: () => {
    const introduction = document.querySelector(".information-container");
    introduction?.setAttribute("role", "region");
    introduction?.setAttribute("aria-label", "Présentation");
    for (const heading of document.querySelectorAll("h3.opblock-tag, .models h4")) heading.setAttribute("aria-level", "2");
  },
});
