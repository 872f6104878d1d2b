import {lazy, Suspense} from 'react';

const Formula = lazy(() => import('./Formula.tsx'));

/** A formula; KaTeX is fetched when the first one is shown, the source stands there meanwhile. */
export function Tex({source, display = false}: {readonly source: string; readonly display?: boolean}) {
  return (
    <Suspense fallback={<span className="tex-source">{display ? source : ''}</span>}>
      <Formula source={source} display={display} />
    </Suspense>
  );
}
