import type {ReactNode} from 'react';

/** What stands in an instrument's place while there is nothing to draw, and what the reader can do about it. */
export function Empty({title, children}: {readonly title: string; readonly children: ReactNode}) {
  return (
    <div className="waiting">
      <p>{title}</p>
      <div className="faint">{children}</div>
    </div>
  );
}
