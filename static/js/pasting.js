// In the editor: what was pasted keeps the cells of a table apart, and the author reads at the block what was not carried.
const WORDS = JSON.parse(document.getElementById("pasting-words").textContent);
const OWN = /data-draftjs-conductor-fragment|data-editor=/; // copied from a text of this editor: nothing is lost
const NOTE = /#_?(ftn|edn|sdfootnote|sdendnote|fn)[a-z]*:?\d/i;
const BACK = /#_?(ftn|edn)ref|(footnote|endnote)\d+anc|#fnref/i; // from a note back to its place
const BLOCKS = "p, div, ul, ol, li, h1, h2, h3, h4, h5, h6, blockquote, pre";
const COMMENT = /#_?msocom_\d/i;
const COMMENTS = '[style*="mso-element:comment-list"], .MsoCommentReference, .MsoCommentText, .msocomtxt, .msocomoff, a.msocomanchor';
const DELETED = "del, .msoDel";
const STRUCK = 's, strike, [style*="line-through"]';
const PAGE = /^(https?|mailto|tel):/i;
const TITLES = "h1, h2, h4, h5, h6, .MsoTitle, .MsoSubtitle";
let isOurs = false;

// The cells of each row; one that spans several rows stands in each of them.
function cellsByRow(table) {
  const held = [];
  return [...table.querySelectorAll("tr")].map((row) => {
    const cells = [];
    const own = [...row.cells];
    for (let column = 0; own.length || held[column]?.rows > 0;) {
      let cell = held[column]?.rows > 0 ? held[column].cell.cloneNode(true) : null;
      if (cell) held[column].rows -= 1;
      else {
        cell = own.shift();
        held[column] = { cell: cell.cloneNode(true), rows: cell.rowSpan - 1 };
      }
      cells.push(cell);
      column += cell.colSpan;
    }
    return cells;
  });
}

// One paragraph a row.
function asRows(table) {
  return cellsByRow(table).flatMap((all) => {
    const cells = all.filter((cell) => !cell.querySelector("table"));
    if (!cells.some((cell) => cell.textContent.trim())) return [];
    const line = table.ownerDocument.createElement("p");
    cells.forEach((cell, place) => {
      for (const block of cell.querySelectorAll(BLOCKS)) {
        block.replaceWith(block.previousSibling?.textContent.trim() ? " " : "", ...block.childNodes);
      }
      line.append(place ? " | " : "", ...cell.childNodes);
    });
    return [line];
  });
}

function outermost(pasted, kind) {
  return [...pasted.querySelectorAll(kind)].filter((part) => part.textContent.trim() && !part.parentElement.closest(kind));
}

// What a reviewer struck out or wrote beside the text is no part of it.
function leaveOut(pasted) {
  const comments = new Set([...pasted.querySelectorAll("a[href]")].map((link) => link.getAttribute("href")).filter((to) => COMMENT.test(to)));
  const deleted = outermost(pasted, DELETED);
  for (const part of [...deleted, ...pasted.querySelectorAll(COMMENTS)]) part.remove();
  return { comments: comments.size, deleted: deleted.length };
}

function reshape(html) {
  const pasted = new DOMParser().parseFromString(html, "text/html");
  const left = leaveOut(pasted);
  const tables = [...pasted.querySelectorAll("table")].filter((table) => !table.parentElement.closest("table"));
  const links = [...pasted.querySelectorAll("a[href]")].map((link) => link.getAttribute("href"));
  const told = {
    images: pasted.images.length,
    tables: tables.length,
    notes: new Set(links.filter((address) => NOTE.test(address) && !BACK.test(address))).size,
    ...left,
    struck: outermost(pasted, STRUCK).length,
    raised: outermost(pasted, "sub, sup").filter((part) => !part.querySelector("a[href]") && !part.closest("a[href]")).length,
    links: links.filter((address) => ![PAGE, NOTE, BACK].some((known) => known.test(address))).length,
  };
  for (const image of [...pasted.images]) image.remove();
  for (const table of tables) table.replaceWith(...asRows(table));
  for (const title of pasted.querySelectorAll(TITLES)) {
    const heading = pasted.createElement("h3"); // the one kind that our texts have
    heading.append(...title.childNodes);
    title.replaceWith(heading);
  }
  for (const box of pasted.querySelectorAll("div")) if (box.querySelector(BLOCKS)) box.replaceWith(...box.childNodes);
  for (const text of pasted.querySelectorAll("p, h3")) if (!text.textContent.trim()) text.remove();
  return [pasted.body.innerHTML, told];
}

function tell(editor, counts) {
  const sentences = Object.entries(counts)
    .filter(([, count]) => count)
    .map(([name, count]) => (count === 1 ? WORDS[name].one : WORDS[name].many.replace("{count}", count)));
  const place = editor.closest("[data-draftail-editor-wrapper]") ?? editor;
  const before = place.nextElementSibling;
  if (before?.matches(".pasting-notice")) before.remove();
  if (!sentences.length) return;
  const notice = document.createElement("div");
  notice.className = "pasting-notice";
  notice.setAttribute("role", "alert");
  notice.append(...sentences.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  place.after(notice);
}

document.addEventListener(
  "paste",
  (event) => {
    const editor = event.target.closest?.(".Draftail-Editor");
    const html = event.clipboardData?.getData("text/html");
    if (isOurs || !editor || OWN.test(html)) return;
    const text = event.clipboardData.getData("text/plain");
    if (!html) {
      const images = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
      tell(editor, { images: text ? 0 : images.length });
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const [reshaped, counts] = reshape(html);
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/html", reshaped);
    clipboardData.setData("text/plain", text);
    isOurs = true;
    event.target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    isOurs = false;
    tell(editor, counts);
  },
  true,
);
