// The list of open calls: what it is, where, how long, who has it, and the buttons to take it on.

import { el, keyed, setAttribute, setText, show } from "./dom.js";
import { icon, setIcon } from "./icons.js";
import { cutOffSince, groupOf, phaseIcon, phaseText, stopText } from "./station.js";
import { ago, count, duration, spoken } from "./text.js";

const STEPS = [
  { do: "acknowledge", label: "Acknowledge", from: "called" },
  { do: "arrive", label: "Arrive", from: "acknowledged" },
  { do: "resolve", label: "Resolve", from: "arrived" },
];
const PHASES = ["called", "acknowledged", "arrived"];

export class Calls {
  // `order(row, do)` carries out a step for {view, call}.
  constructor(root, order) {
    this.root = root;
    this.order = order;
    this.rows = new Map();
  }

  show(calls, now) {
    setAttribute(this.root, "data-count", calls.length > 6 ? "many" : calls.length > 3 ? "some" : "few");
    keyed(this.root, this.rows, calls, (item) => item.key, () => this.make(), (row, item) => this.draw(row, item, now));
  }

  row(key) {
    return this.rows.get(key);
  }

  focusNear(index) {
    const rows = [...this.root.children];
    const row = rows[Math.min(index, rows.length - 1)];
    row?.querySelector("button:not([hidden])")?.focus();
    return Boolean(row);
  }

  make() {
    const row = {
      icon: icon("other"),
      place: el("b", { class: "place" }),
      category: el("span", { class: "category" }),
      line: el("span", { class: "line-name" }),
      time: el("time", { class: "age" }),
      phaseIcon: icon("called"),
      phase: el("span", { class: "phase-text" }),
      stop: el("span", { class: "badge stop" }),
      level: el("span", { class: "badge level" }),
      cut: el("span", { class: "badge cut" }),
      trial: el("span", { class: "badge trial" }, "Test"),
      steps: el("ol", { class: "steps", "aria-hidden": "true" }, ...PHASES.map(() => el("li"))),
      outcome: el("p", { class: "outcome", role: "status" }),
    };
    row.buttons = STEPS.map((step) => this.button(row, step));
    const sign = el("div", { class: "sign" }, row.icon, row.steps);
    const title = el("h3", {}, row.place, " ", row.category, " ", row.line);
    const phase = el("p", { class: "phase" }, row.phaseIcon, row.phase, row.stop, row.level, row.cut, row.trial);
    const actions = el("div", { class: "actions" }, ...row.buttons);
    const foot = el("div", { class: "foot" }, phase, actions);
    row.root = el("li", { class: "call" }, sign, title, row.time, foot, row.outcome);
    return row;
  }

  button(row, step) {
    const button = el("button", { type: "button", "data-do": step.do }, step.label);
    button.addEventListener("click", () => {
      if (!row.busy) this.order(row, step.do);
    });
    return button;
  }

  draw(row, { key, view, call }, now) {
    Object.assign(row, { key, view, call });
    const cut = cutOffSince(view, now);
    setAttribute(row.root, "data-phase", call.phase);
    setAttribute(row.root, "data-stop", call.stop);
    setAttribute(row.root, "data-cut", Boolean(cut));
    setIcon(row.icon, call.category);
    setIcon(row.phaseIcon, phaseIcon(call));
    setText(row.place, view.name);
    setText(row.category, spoken(call.category));
    setText(row.line, groupOf(view.path));
    setText(row.time, duration(now - call.started_ms));
    setText(row.phase, phaseText(call));
    badge(row.stop, stopText(call, now));
    badge(row.level, call.level ? `Escalated, level ${call.level}` : "");
    badge(row.cut, cut ? `Cut off for ${ago(now - cut)}` : "");
    show(row.trial, call.test === true);
    this.drawSteps(row, call);
  }

  drawSteps(row, call) {
    const reached = PHASES.indexOf(call.phase);
    [...row.steps.children].forEach((step, index) => setAttribute(step, "data-on", index <= reached));
    STEPS.forEach((step, index) => {
      const button = row.buttons[index];
      setAttribute(button, "data-next", index === reached);
      setAttribute(button, "aria-disabled", row.busy ? "true" : null);
      setAttribute(button, "aria-label", `${step.label}: ${spoken(call.category)} at ${row.view.name}`);
      show(button, call.id !== null && index >= reached);
    });
  }
}

function badge(node, text) {
  setText(node, text);
  show(node, text !== "");
}

// For the screen reader and the toast: "Quality at st-04".
export const titleOf = ({ view, call }) => `${spoken(call.category)} at ${view.name}`;

export const callsText = (n) => (n ? count(n, "open call") : "No open calls");
