/** A five-pointed star around a point, as path data: known minima, on every map and picture. */
export function starPath(x: number, y: number): string {
  const corners = Array.from({length: 2 * POINTS}, (_, i) => {
    const [radius, angle] = [i % 2 === 0 ? STAR.outer : STAR.inner, (Math.PI * i) / POINTS - Math.PI / 2];
    return `${(x + radius * Math.cos(angle)).toFixed(1)} ${(y + radius * Math.sin(angle)).toFixed(1)}`;
  });
  return `M${corners.join('L')}Z`;
}

const POINTS = 5;
/** Distances of its corners from its middle, in pixels. */
export const STAR = {outer: 7, inner: 3} as const;
