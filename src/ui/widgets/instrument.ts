import type {ReactNode} from 'react';

/** What every instrument of the switchable place is given. */
export interface InstrumentProps {
  /** The choice of instruments, in the title's place. */
  readonly tabs: ReactNode;
  readonly enlarged: boolean;
  readonly onEnlarge: (() => void) | undefined;
}
