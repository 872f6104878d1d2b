import {useEffect, useState} from 'react';
import {useBasin} from '../state/basin.ts';
import type {BasinState, Phase} from '../state/types.ts';
import {countedIn, optimumName} from '../state/certified.ts';
import {measured} from './format.ts';
import {standingOf, optimumValue} from './race/optimum.ts';
import {latest} from './words.ts';

const PHASE_SENTENCES: Readonly<Record<Phase, string>> = {
  starting: 'The engine is starting.',
  ready: 'Ready to race.',
  running: 'The race is running.',
  paused: 'Paused.',
  finished: 'The race is over.',
  broken: 'The engine could not start.',
};

/** What changed between two states, as sentences for a screen reader. */
function changes(before: BasinState, now: BasinState): string[] {
  const sentences = now.phase === before.phase ? [] : [PHASE_SENTENCES[now.phase]];
  const {certificate} = now;
  if (now.experiment.certificate && certificate.status !== before.certificate.status && ['done', 'stopped', 'failed'].includes(certificate.status)) {
    const found = certificate.certificate;
    const standing = standingOf(certificate, countedIn(now.experiment));
    sentences.push(found ? `The ${optimumName(found)} is ${optimumValue(found)}, ${standing}.` : `No certified optimum: ${standing.replace(/\.$/, '')}.`);
  }
  for (const [index, run] of now.runs.entries()) {
    const earlier = before.runs.at(index);
    const name = now.experiment.contestants.at(index)?.name;
    if (!run.ending || !name || earlier?.ending === run.ending) continue;
    sentences.push(`${name} ${run.ending.kind}: ${run.ending.reason}. J ${measured(latest(run, 'objective'))}.`);
  }
  return sentences;
}

/** The polite live region, and the phase as an attribute that styles and tests can read. */
export function Announcer() {
  const [text, setText] = useState('');
  useEffect(() => {
    document.documentElement.dataset.phase = useBasin.getState().phase;
    return useBasin.subscribe((now, before) => {
      if (now.phase === before.phase && now.runs === before.runs && now.certificate === before.certificate) return;
      document.documentElement.dataset.phase = now.phase;
      const sentences = changes(before, now);
      if (sentences.length) setText(sentences.join(' '));
    });
  }, []);
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
