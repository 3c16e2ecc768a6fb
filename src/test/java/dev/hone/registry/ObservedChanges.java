package dev.hone.registry;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hears of changes of the active version, and keeps them from happening if told so. */
@Singleton
class ObservedChanges {
  final List<ActiveChanged> changes = new CopyOnWriteArrayList<>();
  volatile RuntimeException veto;

  void changing(@Observes ActiveChanging event) {
    if (veto != null) {
      throw veto;
    }
  }

  void changed(@Observes ActiveChanged event) {
    changes.add(event);
  }
}
