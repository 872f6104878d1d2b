import type {ReactNode} from 'react';

interface Props {
  readonly title: string;
  /** What the horizontal axis counts. */
  readonly across: string;
  readonly keys?: ReactNode;
  readonly children: ReactNode;
}

/** A chart of theory with its title, its lines' names and its axis. */
export function Chart({title, across, keys, children}: Props) {
  return (
    <figure className="theory-chart">
      <figcaption>
        <b>{title}</b> {keys}
      </figcaption>
      {children}
      <p className="theory-across faint">{across}</p>
    </figure>
  );
}
