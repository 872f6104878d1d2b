import type {KeyboardEvent, MouseEvent, ReactNode} from 'react';

interface Props<T> {
  readonly className: string;
  /** What is picked from and by which keys. */
  readonly label: string;
  /** Where the picked one stands between the first (0, unless `least` says otherwise) and the last. */
  readonly now: number;
  readonly most: number;
  readonly least?: number;
  /** What is read there. */
  readonly words: string;
  /** What lies under a pointer; null where nothing does. */
  readonly at: (event: MouseEvent<HTMLElement>) => T | null;
  /** What lies so many steps to the right and upwards of what is picked, or of where picking begins; the nearest there is. */
  readonly step: (right: number, up: number) => T;
  readonly onPick: (picked: T | null) => void;
  /** A press or Enter takes what is picked. */
  readonly onTake?: (taken: T) => void;
  readonly children: ReactNode;
}

const ARROWS: Readonly<Record<string, readonly [right: number, up: number]>> = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};

/** A picture whose points are read one at a time: under the pointer, or by arrow keys as a slider of its points in order. */
export function Picker<T>({className, label, now, most, least = 0, words, at, step, onPick, onTake, children}: Props<T>) {
  const pickUnder = (event: MouseEvent<HTMLElement>): void => onPick(at(event));
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const move = ARROWS[event.key];
    if (move) onPick(step(...move));
    else if (onTake && (event.key === 'Enter' || event.key === ' ')) onTake(step(0, 0));
    else return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent<HTMLElement>): void => {
    const taken = at(event);
    if (taken !== null) onTake?.(taken);
  };
  return (
    <div
      className={className}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuenow={now}
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuetext={words}
      onKeyDown={onKey}
      onPointerMove={pickUnder}
      onPointerDown={pickUnder}
      onPointerLeave={() => onPick(null)}
      onBlur={() => onPick(null)}
      onClick={onClick}
    >
      {children}
    </div>
  );
}

/** A place or an index kept among `count`. */
export const among = (count: number, index: number): number => Math.min(Math.max(index, 0), count - 1);

/** Where the pointer is in the element that listens, and the element's size. */
export function inBox(event: MouseEvent<HTMLElement>): {readonly x: number; readonly y: number; readonly width: number; readonly height: number} {
  const {left, top, width, height} = event.currentTarget.getBoundingClientRect();
  return {x: event.clientX - left, y: event.clientY - top, width, height};
}

/** Where the pointer is along the plot inside the element that listens: 0 at its left end, 1 at its right; null without a plot. */
export function alongPlot(event: MouseEvent<HTMLElement>): number | null {
  const plot = event.currentTarget.querySelector('[data-plot-area]')?.getBoundingClientRect();
  return plot ? (event.clientX - plot.left) / plot.width : null;
}
