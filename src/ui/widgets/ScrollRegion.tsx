import type {ReactNode} from 'react';

/** A box that scrolls by itself, and can be scrolled by keyboard. */
export function ScrollRegion({label, children}: {readonly label: string; readonly children: ReactNode}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="scroll-region" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
