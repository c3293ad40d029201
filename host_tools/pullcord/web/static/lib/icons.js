// Line drawings on a 24 x 24 grid. A shape stands beside every colour, so nobody has to tell red from green.

const SHAPES = {
  quality: "M10 4a6 6 0 1 0 0 12a6 6 0 1 0 0-12M14.5 14.5L21 21M7.5 10l2 2l3.5-4",
  material: "M3 7.5L12 3l9 4.5v9L12 21l-9-4.5zM3 7.5l9 4.5l9-4.5M12 12v9",
  maintenance: "M7 3.5h10l5 8.5l-5 8.5H7L2 12zM12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8",
  help: "M3 4h18v13h-9l-5 4v-4H3zM9.5 9a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.8-1.1 1.6M12 15h.01",
  other: "M5 22V3h14l-4 5l4 5H5",
  stopped: "M8 2h8l6 6v8l-6 6H8l-6-6V8zM7 12h10",
  waiting: "M4 12a8 8 0 1 1 2.5 5.8M4 20v-4.5h4.5",
  cutoff: "M2.5 9a14 14 0 0 1 19 0M6 13a9 9 0 0 1 12 0M9.5 16.5a4 4 0 0 1 5 0M12 20h.01M3 3l18 18",
  unheard: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 7v5l3 2",
  fault: "M12 3l10 18H2zM12 10v5M12 18h.01",
  running: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M8 12.5l2.8 2.8L16 9.5",
  felt: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 10a2 2 0 1 0 0 4a2 2 0 1 0 0-4",
  called: "M6 16v-5a6 6 0 0 1 12 0v5l2 2.5H4zM10 21.5h4",
  acknowledged: "M12 3.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M4.5 21a7.5 7.5 0 0 1 15 0z",
  arrived: "M9 4a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M2 21a7 7 0 0 1 14 0zM15.5 8l2.5 2.5L22.5 5.5",
};

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  svg.append(document.createElementNS(SVG, "path"));
  setIcon(svg, name);
  return svg;
}

export function setIcon(svg, name) {
  const shape = SHAPES[name] ?? SHAPES.other;
  if (svg.firstElementChild.getAttribute("d") !== shape) svg.firstElementChild.setAttribute("d", shape);
}
