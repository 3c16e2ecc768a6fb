import '../styles/operate.css';
import { type Route, SECTIONS } from '../route.ts';
import { PageLink } from '../shell/PageLink.tsx';
import { AuditView } from './AuditView.tsx';
import { sentenceCase } from './format.ts';
import { PairsView } from './PairsView.tsx';
import { RoundsView } from './RoundsView.tsx';
import { RoundView } from './RoundView.tsx';
import { VersionsView } from './VersionsView.tsx';

type OperateRoute = Extract<Route, { page: 'operate' | 'round' }>;

interface Props {
  route: OperateRoute;
  /** Another version answers. */
  onActiveChanged: () => void;
}

/** Where someone who runs Hone trains versions, judges them and decides which one answers. */
export default function OperatePage({ route, onActiveChanged }: Props) {
  const here = route.page === 'round' ? 'rounds' : route.section;
  return (
    <div className="operate">
      <nav className="sections" aria-label="Operate">
        {SECTIONS.map((section) => (
          <PageLink
            key={section}
            route={{ page: 'operate', section }}
            className="section-link"
            current={section === here}
          >
            {sentenceCase(section)}
          </PageLink>
        ))}
      </nav>
      <div className="operate-scroll">
        <div className="operate-content">
          <View route={route} onActiveChanged={onActiveChanged} />
        </div>
      </div>
    </div>
  );
}

function View({ route, onActiveChanged }: Props) {
  if (route.page === 'round') return <RoundView key={route.id} id={route.id} onActiveChanged={onActiveChanged} />;
  switch (route.section) {
    case 'rounds':
      return <RoundsView />;
    case 'versions':
      return <VersionsView onActiveChanged={onActiveChanged} />;
    case 'pairs':
      return <PairsView />;
    case 'audit':
      return <AuditView />;
  }
}
