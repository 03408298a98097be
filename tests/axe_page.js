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

/** Of the tokens of one class and look leave one, of the others their words; so with formulas. */
function thin() {
  const look = looks();
  const seen = new Set();
  const repeated = [...document.querySelectorAll(".highlight pre span, mjx-container")].filter(
    element => {
      const key = `${element.localName} ${element.className} ${look(element)}`;
      return seen.has(key) || !seen.add(key);
    });
  for (const element of repeated) {
    if (element.localName === "span") element.replaceWith(...element.childNodes);
    else element.replaceChildren(element.textContent);
  }
  document.body.normalize();
}

/** Mark for the rule of contrast one element of each look, with a word that axe will weigh. */
function mark() {
  const look = looks();
  const chosen = new Map();
  for (const element of everything()) {
    element.removeAttribute("data-look");
    const own = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE);
    const words = own.map(node => node.data).join(" ");
    // axe passes over signs; of single letters it does not dare to judge.
    const weight = /[\p{L}\p{N}]{2}/u.test(words) ? 2 : /[\p{L}\p{N}]/u.test(words) ? 1 : 0;
    // What is behind the words of a drawing axe cannot tell: live figures have a test of their own,
    // and the map's words have colours that others have too.
    const drawn = element instanceof SVGElement;
    if (!weight || drawn || !element.checkVisibility({visibilityProperty: true})) continue;
    const key = look(element);
    if (!(chosen.get(key)?.weight >= weight)) chosen.set(key, {element, weight});
  }
  for (const {element} of chosen.values()) element.setAttribute("data-look", "");
}

/** What axe holds against the page in a theme; with colours, what it cannot tell is held too. */
async function audit(theme) {
  document.documentElement.dataset.theme = theme;
  document.getAnimations().forEach(each => each.finish());
  mark();
  axe.configure({rules: [{id: "color-contrast", selector: "[data-look]"}]});
  const options = {resultTypes: ["violations", "incomplete"], preload: false};
  if (theme === "dark") options.runOnly = {type: "rule", values: COLOURS};
  const {violations, incomplete} = await axe.run(document, options);
  const found = [...violations, ...incomplete.filter(({id}) => COLOURS.includes(id))];
  return found.flatMap(({id, nodes}) => nodes.map(node => ({
    rule: id, theme, target: node.target.flat().join(" "), html: node.html.slice(0, 200),
    why: [...node.any, ...node.all, ...node.none].map(check => check.message).join("; "),
  })));
}

/** Both themes, one after the other. */
async function auditPage() {
  unfold();
  thin();
  return [...await audit("light"), ...await audit("dark")];
}
