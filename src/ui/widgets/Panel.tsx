import {type ReactNode, useId} from 'react';
import {IconButton} from './IconButton.tsx';

interface Props {
  readonly title: string;
  /** The choice of instruments that stands in the title's place. */
  readonly tabs?: ReactNode;
  readonly className: string;
  /** Controls beside the title. */
  readonly tools?: ReactNode;
  readonly enlarged: boolean;
  /** Absent where the panel already has the whole screen (phones). */
  readonly onEnlarge: (() => void) | undefined;
  readonly children: ReactNode;
}

/** The frame of an instrument: title, controls, and the button that gives it the whole centre. */
export function Panel({title, tabs, className, tools, enlarged, onEnlarge, children}: Props) {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id} className={tabs ? 'visually-hidden' : undefined}>
          {title}
        </h2>
        {tabs ?? <div className="panel-tools">{tools}</div>}
        {onEnlarge && (
          <IconButton
            icon={enlarged ? 'shrink' : 'expand'}
            label={enlarged ? 'Back to all instruments (Esc)' : `Enlarge ${title.toLowerCase()}`}
            onClick={onEnlarge}
            size={26}
          />
        )}
      </header>
      {tabs && tools && <div className="panel-tools panel-line">{tools}</div>}
      <div className="panel-body">{children}</div>
    </section>
  );
}
