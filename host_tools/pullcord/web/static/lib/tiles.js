// The stations of the plant, a tile each, grouped by line. A tile never changes its place: people learn places.

import { el, keyed, setAttribute, setText, show } from "./dom.js";
import { icon, setIcon } from "./icons.js";
import { describe, makeLight } from "./lamp.js";
import { condition, groupOf, lampOrigin, remark } from "./station.js";

const DENSITY = [[1, "one"], [4, "few"], [9, "some"], [16, "more"], [48, "many"], [Infinity, "crowd"]];

export class Tiles {
  // `link(path)` is where a click on a tile's name leads, or null.
  constructor(root, runner, link) {
    this.root = root;
    this.runner = runner;
    this.link = link;
    this.groups = new Map();
    this.tiles = new Map();
  }

  // Called with all views when a station is new; `updateTile` is enough for a change.
  arrange(views, now) {
    setAttribute(this.root, "data-density", DENSITY.find(([most]) => views.length <= most)[1]);
    const lines = Map.groupBy(views, (view) => groupOf(view.path));
    const update = (group, [, members]) => this.fill(group, members, now);
    keyed(this.root, this.groups, [...lines], ([line]) => line, ([line]) => this.makeGroup(line), update);
    this.forget(views);
    for (const group of this.groups.values()) share(group);
  }

  fill(group, members, now) {
    keyed(group.list, group.tiles, members, (view) => view.path, (view) => this.makeTile(view), (tile, view) =>
      this.draw(tile, view, now),
    );
  }

  forget(views) {
    const kept = new Set(views.map((view) => view.path));
    for (const [path, tile] of this.tiles) {
      if (kept.has(path)) continue;
      this.runner.lights.delete(tile.light);
      this.tiles.delete(path);
    }
  }

  updateTile(view, now) {
    const tile = this.tiles.get(view.path);
    if (tile) this.draw(tile, view, now);
  }

  has(path) {
    return this.tiles.has(path);
  }

  makeGroup(line) {
    const list = el("ul", { class: "tiles" });
    return { root: el("section", { class: "line", "aria-label": line }, el("h3", {}, line), list), list, tiles: new Map() };
  }

  makeTile(view) {
    const href = this.link(view.path);
    const tile = {
      light: makeLight(),
      name: href ? el("a", { class: "name", href }) : el("span", { class: "name" }),
      icon: icon("unheard"),
      text: el("b"),
      detail: el("span", { class: "detail" }),
      remark: el("span", { class: "remark" }),
    };
    const state = el("p", { class: "condition" }, tile.icon, tile.text);
    const words = el("div", { class: "words" }, tile.name, state, tile.detail, tile.remark);
    tile.root = el("li", { class: "tile" }, tile.light.root, words);
    this.runner.lights.add(tile.light);
    this.tiles.set(view.path, tile);
    return tile;
  }

  draw(tile, view, now) {
    const { kind, icon: shape, text, detail } = condition(view, now);
    const { light = "tower", lights = { red: "0", yellow: "0", green: "0" } } = view.state ?? {};
    const gone = kind === "cutoff" || kind === "unheard";
    const label = gone ? "lamp not known" : describe(lights);
    tile.light.set(light, gone ? dark(lights) : lights, gone || !view.state ? 0 : lampOrigin(view), label);
    setAttribute(tile.root, "data-kind", kind);
    setAttribute(tile.root, "title", [view.path, text, detail].filter(Boolean).join(" · "));
    setText(tile.name, view.name);
    setIcon(tile.icon, shape);
    setText(tile.text, text);
    setText(tile.detail, detail);
    setText(tile.remark, remark(view));
    show(tile.remark, tile.remark.textContent !== "");
  }
}

// A line gets as much of the wall's height as it has rows, so that the tiles of all lines are about as high.
function share({ root, list, tiles }) {
  const columns = getComputedStyle(list).gridTemplateColumns.split(" ").length;
  root.style.setProperty("--rows", Math.ceil(tiles.size / columns));
}

// What the lamp of a cut-off station shows is not known here, so none of its lenses is drawn lit.
const dark = (lights) => Object.fromEntries(Object.keys(lights).map((name) => [name, "00000000"]));
