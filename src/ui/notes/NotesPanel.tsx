import {CATALOGUE} from '../../catalogue.ts';
import type {Experiment} from '../../core/experiment.ts';
import type {Explanation} from '../../core/plugin.ts';
import {activePreset} from '../task.ts';
import {useBasin} from '../../state/basin.ts';
import type {BasinState} from '../../state/types.ts';
import {useLive} from '../live.ts';
import {Tex} from '../widgets/Tex.tsx';
import {Findings} from './Findings.tsx';
import {ResultsTable} from './ResultsTable.tsx';

const selectFindings = ({findings, experiment}: BasinState) => ({findings, contestants: experiment.contestants});
/** One text, so that telemetry alone redraws nothing here. */
const selectEndings = ({runs, experiment, findings}: BasinState): string =>
  runs
    .flatMap((run, index) => {
      const name = experiment.contestants.at(index)?.name ?? '';
      const ending = run.ending && run.ending.kind !== 'finished' ? [`${name} ${run.ending.kind}: ${run.ending.reason}`] : [];
      return [...ending, ...run.notices.map((notice) => `${name}: ${notice}`)];
    })
    .map((sentence) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`))
    .filter((sentence) => !findings.some((finding) => finding.text === sentence))
    .join('\n');

/** What is going on, in words, formulas and numbers. */
export function NotesPanel() {
  const experiment = useBasin((state) => state.experiment);
  const {findings, contestants} = useLive(selectFindings, 500);
  const endings = useLive(selectEndings, 500).split('\n').filter(Boolean);
  const preset = activePreset(experiment);
  return (
    <div className="notes-body">
      <section>
        <h2>What is going on</h2>
        <p className="lead">{preset?.text ?? describe(experiment)}</p>
      </section>
      <section data-testid="findings">
        <h3>Findings</h3>
        {findings.length > 0 ? (
          <Findings findings={findings} contestants={contestants} />
        ) : (
          <p className="faint">None yet: they are computed from the race.</p>
        )}
        {endings.length > 0 && (
          <ul className="endings">
            {[...new Set(endings)].map((ending) => (
              <li key={ending}>{ending}</li>
            ))}
          </ul>
        )}
      </section>
      <section>
        <h3>Results</h3>
        <ResultsTable />
      </section>
      <Explanations experiment={experiment} />
    </div>
  );
}

/** In the words of the plugins, where no preset brings a text of its own. */
function describe({dataset, problem, contestants}: Experiment): string {
  const data = CATALOGUE.datasets[dataset.id];
  const names = contestants.map((one) => one.name);
  const listed = names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names[0];
  return `${listed} on "${data.label}": ${CATALOGUE.problems[problem.id].summary} ${data.summary}`;
}

function Explanations({experiment}: {readonly experiment: Experiment}) {
  const problem = CATALOGUE.problems[experiment.problem.id];
  const data = CATALOGUE.datasets[experiment.dataset.id];
  const solvers = [...new Set(experiment.contestants.map((one) => one.solver.id))].map((id) => CATALOGUE.solvers[id]);
  return (
    <section className="explanations">
      <h3>The problem</h3>
      {problem.explain && <Explained title={problem.label} explain={problem.explain} open />}
      {data.explain && <Explained title={data.label} explain={data.explain} />}
      <h3>The methods</h3>
      {solvers.map(
        (solver) =>
          solver.explain && <Explained key={solver.id} title={solver.label} explain={solver.explain} extra={solver.costNote} />,
      )}
    </section>
  );
}

interface ExplainedProps {
  readonly title: string;
  readonly explain: Explanation;
  readonly extra?: string;
  readonly open?: boolean;
}

function Explained({title, explain, extra, open = false}: ExplainedProps) {
  return (
    <details className="explained" open={open}>
      <summary>{title}</summary>
      <p>
        {explain.text} {extra}
      </p>
      {explain.formulas.map((formula) => (
        <Tex key={formula} source={formula} display />
      ))}
      {explain.source && <p className="source">{explain.source}</p>}
    </details>
  );
}
