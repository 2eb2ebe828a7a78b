const TOKEN = /<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>/y;
const TEXT = /[^<]+/y;
const LONELY_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d+);)/;

/** An element of a document without comments, declarations or CDATA. */
export interface Node {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Node[];
  text: string;
}

/** Parses XML of the plain kind, and refuses what is not well-formed. */
export function parseXml(source: string): Node {
  const document: Node = { name: "", attributes: new Map(), children: [], text: "" };
  const open: Node[] = [document];
  const last = () => open[open.length - 1] as Node;
  if (LONELY_AMPERSAND.test(source)) throw new Error("an '&' that begins no entity");
  for (let place = 0; place < source.length;) {
    TEXT.lastIndex = TOKEN.lastIndex = place;
    const text = TEXT.exec(source);
    const tag = text === null ? TOKEN.exec(source) : null;
    if (text !== null) last().text += text[0];
    else if (tag === null) throw new Error(`no tag: ${source.slice(place, place + 60)}`);
    else if (tag[1] === "/") {
      const closed = open.pop();
      if (closed?.name !== tag[2]) throw new Error(`</${tag[2]}> closes <${closed?.name}>`);
    } else {
      const node = { name: tag[2] as string, attributes: attributesOf(tag[3] ?? ""), children: [], text: "" };
      last().children.push(node);
      if (tag[4] !== "/") open.push(node);
    }
    place = (text === null ? TOKEN : TEXT).lastIndex;
  }
  const [root, ...others] = document.children;
  if (root === undefined || others.length > 0 || open.length !== 1) throw new Error("not exactly one closed root");
  return root;
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const pairs = [...text.matchAll(/([\w:.-]+)="([^"]*)"/g)].map(
    ([, key, value]) => [key as string, value as string] as const,
  );
  const attributes = new Map(pairs);
  if (attributes.size !== pairs.length) throw new Error(`an attribute twice: ${text}`);
  return attributes;
}

/** The element and all below it. */
export function everything(node: Node): readonly Node[] {
  return [node, ...node.children.flatMap(everything)];
}
