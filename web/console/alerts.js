// How a conseiller who looks elsewhere is told: a sound, the tab's title, and words for those who listen.
import { questionOf } from "./labels.js";

const KEPT = "conseiller:son";
const TUNES = { new: [660, 880], distress: [880, 660, 880, 660], message: [740] };

export class Alerts {
  #title = document.title;
  #count = 0;
  #audio = null;

  constructor({ polite, assertive }) {
    this.polite = polite;
    this.assertive = assertive;
    this.sound = localStorage.getItem(KEPT) !== "non";
    addEventListener("focus", () => this.#seen());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#seen());
    // Browsers let a page sound only after a gesture.
    for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => this.#wakeAudio(), { once: true });
  }

  setSound(on) {
    this.sound = on;
    localStorage.setItem(KEPT, on ? "oui" : "non");
    if (on) this.#play("message");
  }

  /** A new request, or somebody in distress. */
  request({ kind, handoff }) {
    if (kind === "distress") this.assertive.textContent = `Détresse signalée : ${questionOf(handoff)}`;
    else this.say(`Nouvelle demande : ${questionOf(handoff)}`);
    this.#notify(kind === "distress" ? "Détresse" : "Nouvelle demande", kind);
  }

  /** The usager wrote in a conversation that is not on the screen. */
  message() {
    this.say("Nouveau message dans une de vos conversations.");
    this.#notify("Nouveau message", "message");
  }

  say(text) {
    this.polite.textContent = "";
    requestAnimationFrame(() => (this.polite.textContent = text));
  }

  #notify(words, tune) {
    this.#count += 1;
    document.title = `(${this.#count}) ${words} – ${this.#title}`;
    if (this.sound) this.#play(tune);
  }

  // The title keeps its alert until the page is looked at or used.
  #seen() {
    this.#count = 0;
    document.title = this.#title;
  }

  /** To be called when the conseiller acts on the queue. */
  acknowledge() {
    this.#seen();
  }

  #wakeAudio() {
    this.#audio ??= new AudioContext();
    this.#audio.resume?.();
  }

  #play(tune) {
    if (!this.#audio || this.#audio.state !== "running") return;
    const start = this.#audio.currentTime;
    TUNES[tune].forEach((pitch, index) => {
      const note = this.#audio.createOscillator();
      const volume = this.#audio.createGain();
      const at = start + index * 0.18;
      note.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(0.15, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.16);
      note.connect(volume).connect(this.#audio.destination);
      note.start(at);
      note.stop(at + 0.17);
    });
  }
}
