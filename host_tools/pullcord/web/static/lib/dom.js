// Small helpers for building pages. Data becomes text only, never markup.

export const byId = (id) => document.getElementById(id);

// el("p", {class: "why", hidden: true}, "text", child): attributes by name; true/false set or leave a flag.
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  node.append(...children);
  return node;
}

// Writing the same value again would still cost a style pass, and a live region would be read again.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(node, name, value) {
  if (value === false || value === null || value === undefined) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (node.getAttribute(name) !== text) node.setAttribute(name, text);
}

export function show(node, visible) {
  if (node.hidden === visible) node.hidden = !visible;
}

// Makes the children of `parent` those of `items`, in order. Elements are made once for a key, moved only when
// they stand in the wrong place, and removed with their item; the focus stays where it is.
export function keyed(parent, known, items, keyOf, make, update) {
  const wanted = new Set(items.map(keyOf));
  for (const [key, part] of known) {
    if (!wanted.has(key)) {
      part.root.remove();
      known.delete(key);
    }
  }
  const focused = document.activeElement;
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    if (!known.has(key)) known.set(key, make(item));
    const part = known.get(key);
    update(part, item);
    if (part.root === place) place = place.nextElementSibling;
    else parent.insertBefore(part.root, place);
  }
  if (focused && focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
}
