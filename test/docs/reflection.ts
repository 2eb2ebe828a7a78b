/** What these tests read of TypeDoc's JSON. */
export interface Reflection {
  readonly name: string;
  readonly kind: number;
  readonly flags?: { readonly isOptional?: boolean };
  readonly comment?: Comment;
  readonly children?: readonly Reflection[];
  readonly indexSignatures?: readonly Reflection[];
  readonly type?: { readonly types?: readonly { readonly declaration?: Reflection }[] };
}

interface Comment {
  readonly summary: readonly Part[];
  readonly blockTags?: readonly { readonly tag: string; readonly content: readonly Part[] }[];
}

interface Part {
  readonly text: string;
}

/** TypeDoc's `ReflectionKind.Constructor`. */
const CONSTRUCTOR = 512;

/** Members of a class or an interface, or of all shapes that a union has. */
export function membersOf({ children = [], indexSignatures = [], type }: Reflection): readonly Reflection[] {
  const shapes = (type?.types ?? []).flatMap(({ declaration }) => declaration ?? []);
  return [
    ...children.filter(({ kind }) => kind !== CONSTRUCTOR),
    ...indexSignatures,
    ...shapes.flatMap((shape) => membersOf(shape)),
  ];
}

export function textOf({ comment }: Reflection): string {
  return joined(comment?.summary);
}

export function defaultOf(reflection: Reflection): string {
  return tagOf(reflection, "@default");
}

/** The code of the example. */
export function exampleOf(reflection: Reflection): string {
  return tagOf(reflection, "@example").replace(/^```ts\n|\n```$/g, "");
}

function tagOf({ comment }: Reflection, tag: string): string {
  return joined(comment?.blockTags?.find((one) => one.tag === tag)?.content);
}

function joined(parts: readonly Part[] = []): string {
  return parts
    .map(({ text }) => text)
    .join("")
    .trim();
}
