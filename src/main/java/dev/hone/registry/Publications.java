package dev.hone.registry;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Puts candidates into the model store, to become versions when they are approved. */
@ApplicationScoped
public class Publications {
  private final ModelStore store;
  private final Versions versions;

  Publications(RegistryConfig config, Versions versions) {
    this.store = new ModelStore(config.models());
    this.versions = versions;
  }

  /**
   * Writes the version's folder. Nobody is answered by it, and no database knows it, before {@link
   * Publication#commit}. The folder that a publication left which was killed is taken over.
   *
   * @param candidate folder of an adapter in PEFT's layout, or of full weights; copied
   * @throws BaseMismatchException when it was trained over other weights
   * @throws RegistryException when another version has the id, or it is being published right now
   */
  public Publication begin(VersionManifest manifest, Path candidate, String modelCard) {
    String id = manifest.id();
    Path target = store.version(id);
    String baseSha256 = store.baseHash(manifest.base());
    if (!baseSha256.equals(manifest.baseSha256())) {
      throw new BaseMismatchException(manifest, baseSha256);
    }
    FileChannel lock = lock(target);
    boolean begun = false;
    try {
      checkId(manifest, candidate);
      boolean written = !holdsAlready(manifest, target);
      if (written) {
        WholeFolder.write(
            target, draft -> VersionFolder.write(store, draft, manifest, candidate, modelCard));
      }
      var publication = new Publication(versions, VersionFolder.open(store, id), written, lock);
      begun = true;
      return publication;
    } catch (IOException e) {
      throw new RegistryException(
          RegistryException.Reason.VERSION_NOT_WRITTEN,
          "Version %s can't be written to %s: %s.".formatted(id, target, e),
          e);
    } finally {
      if (!begun) {
        unlock(lock);
      }
    }
  }

  private static void checkId(VersionManifest manifest, Path candidate) throws IOException {
    String expected = VersionManifest.idOf(manifest.round(), candidate);
    var kind = VersionKind.in(candidate);
    if (!manifest.id().equals(expected) || manifest.kind() != kind) {
      throw new IllegalArgumentException(
          "the version that %s made is %s (%s), not %s (%s)"
              .formatted(manifest.round(), expected, kind, manifest.id(), manifest.kind()));
    }
  }

  /** Whether a whole folder of the same weights is there; one that is damaged does not count. */
  private boolean holdsAlready(VersionManifest manifest, Path target) {
    if (!Files.exists(target)) {
      return false;
    }
    try {
      var there = VersionFolder.open(store, manifest.id()).manifest();
      if (there.base().equals(manifest.base()) && there.parent().equals(manifest.parent())) {
        return true;
      }
      throw new RegistryException(
          RegistryException.Reason.VERSION_EXISTS, "%s holds another version.".formatted(target));
    } catch (DamagedVersionException damaged) {
      return false;
    }
  }

  private static FileChannel lock(Path target) {
    try {
      Files.createDirectories(target.getParent());
      var channel =
          FileChannel.open(
              target.resolveSibling("." + target.getFileName() + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (locked(channel)) {
        return channel;
      }
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new RegistryException(
        RegistryException.Reason.PUBLICATION_RUNNING,
        "Version %s is being published right now.".formatted(target.getFileName()));
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static void unlock(FileChannel lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
