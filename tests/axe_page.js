// What axe is asked about an open page. Its time goes by the number of elements, and most of them
// are the tokens of code and the insides of formulas, which look alike in their thousands. So it is
// shown one of each look: what it says of that one holds of all whose text has the same colour,
// size and weight on the same grounds.

const TEXT = ["color", "fontSize", "fontWeight", "textShadow"];
const GROUND = ["backgroundColor", "backgroundImage", "opacity", "position", "zIndex", "filter",
  "mixBlendMode", "boxShadow"];
const COLOURS = ["color-contrast", "link-in-text-block"];  // all that another theme can change

/** All elements, those of live figures too. */
function everything(root = document.body) {
  return [...root.querySelectorAll("*")].flatMap(element =>
    element.shadowRoot ? [element, ...everything(element.shadowRoot)] : [element]);
}

/** A function that says in one line what decides the contrast of an element's text. */
function looks() {
  const grounds = new Map([[null, ""]]);
  const plain = "rgba(0, 0, 0, 0) none 1 static auto none normal none";
  const ground = element => {
    if (!grounds.has(element)) {
      const style = getComputedStyle(element);
      const own = GROUND.map(name => style[name]).join(" ");
      const below = ground(element.parentElement ?? element.getRootNode().host ?? null);
      grounds.set(element, own === plain ? below : `${below} > ${own}`);
    }
    return grounds.get(element);
  };
  return element => {
    const style = getComputedStyle(element);
    return `${TEXT.map(name => style[name]).join(" ")} on ${ground(element)}`;
  };
}

/** Unfold all that is folded, and end what fades in: it is pale meanwhile. */
function unfold() {
  document.querySelectorAll("details").forEach(part => { part.open = true; });
  document.querySelectorAll(".toggle-hidden").forEach(part => {
    part.classList.remove("toggle-hidden");
  });
  // The theme scrolls the list to the page that is open, and its first entries out of sight.
  document.querySelectorAll(".bd-sidebar-primary, .bd-sidebar-primary *").forEach(part => {
    part.scrollTop = 0;
  });
  document.getAnimations().forEach(each => each.finish());
}

/** Take the shades away that show where a box has more: axe does not weigh what is on a gradient,
 * and they lie below what is cut off there, not below what is read. */
function unshade() {
  document.querySelectorAll("figure, mjx-container[display='true']").forEach(box => {
    box.style.background = "none";
  });
}

/** Of the tokens of one class and look leave one, of the others their words; so with formulas. */
function thin() {
  const look = looks();
  const seen = new Set();
  const repeated = [...document.querySelectorAll(".highlight pre span, mjx-container")].filter(
    element => {
      const key = `${element.localName} ${element.className} ${look(element)}`;
      // A formula alone in a header is read out, as MathML, but axe holds such a header for empty.
      return element.closest("th") || seen.has(key) || !seen.add(key);
    });
  for (const element of repeated) {
    if (element.localName === "span") element.replaceWith(...element.childNodes);
    else element.replaceChildren(element.textContent);
  }
  document.body.normalize();
}

/** All that is written, by its look; in each list first what axe will weigh. */
function written() {
  const look = looks();
  const found = new Map();
  for (const element of everything()) {
    const own = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE);
    const words = own.map(node => node.data).join(" ");
    // axe passes over signs; of single letters it does not dare to judge.
    const weight = /[\p{L}\p{N}]{2}/u.test(words) ? 2 : /[\p{L}\p{N}]/u.test(words) ? 1 : 0;
    // What is behind the words of a drawing axe cannot tell: live figures have a test of their own,
    // and the map's words have colours that others have too.
    const drawn = element instanceof SVGElement;
    if (!weight || drawn || !element.checkVisibility({visibilityProperty: true})) continue;
    const key = look(element);
    if (!found.has(key)) found.set(key, []);
    found.get(key).push({element, weight});
  }
  return [...found.values()].map(alike =>
    alike.sort((one, other) => other.weight - one.weight).map(({element}) => element));
}

/** What axe says by some rules, all if none are named; of contrast it sees the marked elements. */
function ask(marked, ...rules) {
  everything().forEach(element => element.removeAttribute("data-look"));
  marked.forEach(([element, look]) => element.setAttribute("data-look", look));
  axe.configure({rules: [{id: "color-contrast", selector: "[data-look]"}]});
  const options = {preload: false, elementRef: true, resultTypes: ["violations", "incomplete"]};
  if (rules.length) Object.assign(options, {runOnly: rules, resultTypes: undefined});
  return axe.run(document, options);
}

const nodes = results => results.flatMap(({id, nodes}) => nodes.map(node => ({rule: id, ...node})));
const lookOf = ({element}) => element.getAttribute("data-look");

/** What axe holds against the page in a theme; with colours, what it cannot tell is held too. */
async function audit(theme) {
  document.documentElement.dataset.theme = theme;
  document.getAnimations().forEach(each => each.finish());
  const alike = written();
  const rules = theme === "dark" ? COLOURS : [];
  const first = await ask(alike.map(([one], look) => [one, look]), ...rules);
  const found = nodes(first.violations);
  const unclear = nodes(first.incomplete).filter(({rule}) => COLOURS.includes(rule));
  const asked = unclear.map(node => ({
    node, look: node.rule === "color-contrast" ? lookOf(node) : "none",
  }));
  // What it cannot tell of one element, which another seems to cover, it may tell of its like.
  const others = asked.flatMap(({look}) => alike[look]?.slice(1, 30).map(one => [one, look]) ?? []);
  if (others.length) {
    const second = await ask(others, "color-contrast");
    const told = new Set(nodes([...second.passes, ...second.violations]).map(lookOf));
    found.push(...nodes(second.violations));
    found.push(...asked.filter(({look}) => !told.has(look)).map(({node}) => node));
  } else found.push(...unclear);
  return found.map(({rule, target, html, any, all, none}) => ({
    rule, theme, target: target.flat().join(" "), html: html.slice(0, 200),
    why: [...any, ...all, ...none].map(check => check.message).join("; "),
  }));
}

/** Both themes, one after the other. */
async function auditPage() {
  unfold();
  unshade();
  thin();
  return [...await audit("light"), ...await audit("dark")];
}
