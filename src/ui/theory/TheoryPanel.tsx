import {NativeSelect} from '@mantine/core';
import {defaultsOf, type ParamValues} from '../../core/params.ts';
import {assertNever} from '../../core/result.ts';
import {THEORIES, type Theory, THEORY_SPECS, type TheoryPicture, type TheorySettings, type TheorySubject} from '../../core/theory.ts';
import {actions, useBasin} from '../../state/basin.ts';
import type {BasinState} from '../../state/types.ts';
import {ParamForm} from '../forms/ParamForm.tsx';
import {useLive} from '../live.ts';
import {type Ink, useInk} from '../palette.ts';
import {Empty} from '../widgets/Empty.tsx';
import type {InstrumentProps} from '../widgets/instrument.ts';
import {Panel} from '../widgets/Panel.tsx';
import {StudyState} from '../widgets/StudyState.tsx';
import {TableButton} from '../widgets/TableDialog.tsx';
import {Tex} from '../widgets/Tex.tsx';
import {BatchView, batchTable} from './BatchView.tsx';
import {DeepLinearView, deepLinearTable} from './DeepLinearView.tsx';
import {EdgeView, edgeTable} from './EdgeView.tsx';
import {LinearisedView, linearisedTable} from './LinearisedView.tsx';
import {MomentumView} from './MomentumView.tsx';
import {SUBJECT_WORDS} from './words.ts';

const select = ({theory}: BasinState) => theory;

/** What was computed last comes back with its parameters. */
const paramsFor = (subject: Theory, computed: TheorySettings | null): ParamValues =>
  computed?.subject === subject ? computed.params : defaultsOf(THEORY_SPECS[subject]);

/** Closed forms beside what they describe: of the race on a quadratic, and of small models that need no data. */
export function TheoryPanel({tabs, enlarged, onEnlarge}: InstrumentProps) {
  const theory = useLive(select, 150);
  const {subject, params} = useBasin((state) => state.experiment.view.theory);
  const picture = theory.picture?.subject === subject ? theory.picture : null;
  const tools = (
    <>
      <NativeSelect
        size="xs"
        aria-label="Which theory"
        value={subject}
        data={THEORIES.map((value) => ({value, label: SUBJECT_WORDS[value].label}))}
        onChange={(event) => {
          const next = THEORIES.find((one) => one === event.currentTarget.value);
          if (next) actions.setView({theory: {subject: next, params: paramsFor(next, theory.settings)}});
        }}
      />
      {picture && <TableButton title={SUBJECT_WORDS[subject].label} {...tableOf(picture)} />}
    </>
  );
  return (
    <Panel title="Theory" tabs={tabs} className="theory" enlarged={enlarged} onEnlarge={onEnlarge} tools={tools}>
      <div className="theory-body">
        {subject === 'momentum' ? <MomentumView /> : <TheoryStudy key={subject} subject={subject} values={params} />}
        <Words subject={subject} />
      </div>
    </Panel>
  );
}

/** A small form, its study, and what that has found. */
function TheoryStudy({subject, values}: {readonly subject: TheorySubject; readonly values: ParamValues}) {
  const theory = useLive(select, 150);
  const mine = theory.settings?.subject === subject;
  const ink = useInk();
  const status = mine ? theory.status : 'idle';
  const picture = mine && theory.picture?.subject === subject ? theory.picture : null;
  return (
    <>
      <details className="more theory-settings">
        <summary>Settings</summary>
        <ParamForm specs={THEORY_SPECS[subject]} values={values} onCommit={(key, value) => actions.setView({theory: {subject, params: {...values, [key]: value}}})} />
      </details>
      <div className="theory-run">
        {status === 'running' ? (
          <StudyState status={status} share={theory.share} reason="" onStop={actions.stopTheory} />
        ) : (
          <button type="button" className="action" onClick={() => actions.computeTheory({subject, params: values})}>
            {picture ? 'Compute again' : 'Compute'}
          </button>
        )}
        {status !== 'running' && mine && <StudyState status={status} share={1} reason={theory.reason} onStop={actions.stopTheory} />}
      </div>
      {picture ? <TheoryView picture={picture} ink={ink} /> : status !== 'failed' && <Empty title={SUBJECT_WORDS[subject].question}>{status === 'running' && 'The first numbers are on their way …'}</Empty>}
    </>
  );
}

function TheoryView({picture, ink}: {readonly picture: TheoryPicture; readonly ink: Ink}) {
  switch (picture.subject) {
    case 'noisyQuadratic':
      return <BatchView curves={picture.curves} ink={ink} />;
    case 'deepLinear':
      return <DeepLinearView run={picture.run} ink={ink} />;
    case 'linearised':
      return <LinearisedView run={picture.run} ink={ink} />;
    case 'edge':
      return <EdgeView run={picture.run} twins={picture.twins} learningRate={picture.learningRate} ink={ink} />;
    default:
      return assertNever(picture);
  }
}

function tableOf(picture: TheoryPicture): {readonly columns: readonly string[]; readonly rows: () => readonly (readonly string[])[]} {
  switch (picture.subject) {
    case 'noisyQuadratic':
      return batchTable(picture.curves);
    case 'deepLinear':
      return deepLinearTable(picture.run);
    case 'linearised':
      return linearisedTable(picture.run);
    case 'edge':
      return edgeTable(picture.run);
    default:
      return assertNever(picture);
  }
}

function Words({subject}: {readonly subject: Theory}) {
  const {text, formulas, source} = SUBJECT_WORDS[subject];
  return (
    <div className="theory-words">
      <p>{text}</p>
      {formulas.map((formula) => (
        <Tex key={formula} source={formula} display />
      ))}
      <p className="faint">{source}</p>
    </div>
  );
}
