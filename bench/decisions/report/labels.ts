/** A rectangle, in px; y grows downwards. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A dot and the width of the text that names it. */
export interface Labelled {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Where a text begins, at its baseline. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Of a line of 12 px. */
const ASCENT = 10;
const DESCENT = 3;
const GAP = 4;

/**
 * Places for the names of dots, one after the other: to the right of the dot if that is free, else to its left, else farther
 * up or down. What finds no free place stands at its right all the same.
 *
 * @param area no name may stand outside of it
 * @param radius of the dots
 */
export function placeLabels(dots: readonly Labelled[], area: Box, radius: number): readonly Place[] {
  const taken: Box[] = dots.map(({ x, y }) => ({
    left: x - radius,
    top: y - radius,
    right: x + radius,
    bottom: y + radius,
  }));
  return dots.map((dot) => {
    const places = candidatesOf(dot, radius);
    const free = places.find((place) => {
      const box = boxOf(place, dot.width);
      return inside(box, area) && !taken.some((other) => overlaps(box, other));
    });
    const [place] = free === undefined ? places : [free];
    if (place === undefined) throw new Error("a dot has at least one place for its name");
    taken.push(boxOf(place, dot.width));
    return place;
  });
}

function candidatesOf({ x, y, width }: Labelled, radius: number): readonly Place[] {
  const distance = radius + GAP;
  const line = ASCENT + DESCENT;
  return [0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6].flatMap((lines) => [
    { x: x + distance, y: y + GAP + lines * line },
    { x: x - distance - width, y: y + GAP + lines * line },
  ]);
}

function boxOf({ x, y }: Place, width: number): Box {
  return { left: x, top: y - ASCENT, right: x + width, bottom: y + DESCENT };
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function inside(box: Box, area: Box): boolean {
  return box.left >= area.left && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom;
}
