import {actions, useBasin} from '../../state/basin.ts';
import {certificateRefusal, isSurface} from '../../state/fitting.ts';
import {countedIn, optimumName} from '../../state/certified.ts';
import type {BasinState} from '../../state/types.ts';
import {useLive} from '../live.ts';
import {Toggle} from '../widgets/Toggle.tsx';
import {standingOf, optimumValue} from './optimum.ts';

const select = ({certificate}: BasinState) => certificate;

/** Asks for the optimum beneath the race. Where there can be none it says why. */
export function CertificateToggle() {
  const experiment = useBasin((state) => state.experiment);
  const refusal = certificateRefusal(experiment);
  if (isSurface(experiment)) return null;
  return (
    <Toggle
      label="certified optimum"
      title={
        refusal === null
          ? 'Prove from below and above how low J can go, and draw it under the race'
          : `There is no certified optimum here: ${refusal}`
      }
      pressed={experiment.certificate}
      disabled={refusal !== null}
      onToggle={actions.setCertificate}
    />
  );
}

/** The certificate's line in the legend: what it is, how narrow, what it took, and the button that stops it. */
export function CertificateLine() {
  const experiment = useBasin((state) => state.experiment);
  const view = useLive(select, 200);
  if (!experiment.certificate) return null;
  const standing = standingOf(view, countedIn(experiment));
  const {certificate, status} = view;
  const name = certificate ? optimumName(certificate) : 'certified optimum';
  return (
    <li className="certificate-line" data-testid="certificate" data-status={status} data-scope={certificate?.scope} title={[certificate?.message, standing].filter(Boolean).join(' ')}>
      <span className="certificate-mark" aria-hidden="true" />
      <span>{name}</span>
      {certificate && <span className="figure">{optimumValue(certificate)}</span>}
      <span className="certificate-standing faint">{standing}</span>
      {status === 'running' && (
        <button type="button" className="toggle" onClick={actions.stopCertificate}>
          Stop
        </button>
      )}
      {(status === 'stopped' || status === 'failed') && (
        <button type="button" className="toggle" onClick={actions.resumeCertificate}>
          {status === 'failed' ? 'Try again' : 'Go on'}
        </button>
      )}
    </li>
  );
}
