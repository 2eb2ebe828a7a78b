/**
 * Words in lines of at most so many characters, unless a single word is longer.
 *
 * @example wrap("one two three", 7) // ["one two", "three"]
 */
export function wrap(words: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of words.split(/\s+/).filter((word) => word !== "")) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
