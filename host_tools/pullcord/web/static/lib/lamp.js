// Stack lights, drawn in step with the real ones. A pattern is 32 slots of 125 ms, the first in the highest bit,
// and starts at server milliseconds divisible by 4000 (docs/protocol.md).

import { el, setAttribute } from "./dom.js";

export const SLOT_MS = 125;
const SLOTS = 32;
const ORDER = ["red", "yellow", "green", "blue", "white"];
const MIXED = ["", "blue", "green", "cyan", "red", "magenta", "yellow", "white"];

export const slotAt = (ms) => Math.floor(ms / SLOT_MS) & (SLOTS - 1);
export const isLit = (mask, slot) => ((mask >>> (SLOTS - 1 - slot)) & 1) === 1;

function rhythm(mask) {
  if (mask === 0) return "off";
  if (mask === 0xffffffff) return "on";
  let changes = 0;
  for (let slot = 0; slot < SLOTS; slot++) {
    if (isLit(mask, slot) !== isLit(mask, (slot + 1) % SLOTS)) changes++;
  }
  return changes <= 2 ? "winking" : changes <= 8 ? "flashing slowly" : "flashing";
}

// "red off, yellow flashing, green on"
export function describe(lights) {
  return ORDER.filter((name) => name in lights)
    .map((name) => `${name} ${rhythm(parseInt(lights[name], 16) >>> 0)}`)
    .join(", ");
}

// One light: a tower of lenses, or one lens that mixes its three channels.
class Light {
  constructor() {
    this.root = el("div", { class: "light", role: "img" });
    this.lenses = new Map();
    this.masks = new Map();
    this.origin = 0;
    this.shown = "";
    this.rgb = null;
  }

  // `origin` is the moment (server ms) at which the station's own pattern began; 0 with a set clock.
  set(kind, lights, origin, label) {
    this.origin = origin;
    this.build(kind, ORDER.filter((name) => name in lights));
    for (const name of this.masks.keys()) this.masks.set(name, parseInt(lights[name], 16) >>> 0);
    setAttribute(this.root, "aria-label", label);
  }

  build(kind, names) {
    const shape = `${kind} ${names}`;
    if (shape === this.shown) return;
    this.shown = shape;
    this.masks = new Map(names.map((name) => [name, 0]));
    this.rgb = kind === "rgb" ? el("span", { class: "lens", "data-light": "" }) : null;
    this.lenses = new Map(names.map((name) => [name, this.rgb ?? el("span", { class: "lens", "data-light": name })]));
    this.root.replaceChildren(...(this.rgb ? [this.rgb] : this.lenses.values()));
    setAttribute(this.root, "data-kind", kind);
  }

  draw(now) {
    const slot = slotAt(now - this.origin);
    this.paint((name) => isLit(this.masks.get(name), slot));
  }

  // Also used by the bench, where `lit` is what the pins say.
  paint(lit) {
    if (this.rgb) {
      const sum = (lit("red") ? 4 : 0) + (lit("green") ? 2 : 0) + (lit("blue") ? 1 : 0);
      setAttribute(this.rgb, "data-light", MIXED[sum]);
      this.rgb.classList.toggle("lit", sum > 0);
      return;
    }
    for (const [name, lens] of this.lenses) lens.classList.toggle("lit", lit(name));
  }
}

export const makeLight = () => new Light();

// Draws all lights once a slot, just after its boundary. A timer wakes eight times a second where frames would
// wake sixty times.
export class LampRunner {
  constructor(clock) {
    this.clock = clock;
    this.lights = new Set();
    this.tick = this.tick.bind(this);
  }

  start() {
    this.tick();
  }

  tick() {
    const now = this.clock.now();
    for (const light of this.lights) light.draw(now);
    setTimeout(this.tick, SLOT_MS - (now % SLOT_MS) + 1);
  }
}
