package dev.hone.operations;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Who PostgreSQL runs as: it refuses to run as root. */
sealed interface PostgresAccount {
  String USER = "hone-postgres";

  /** The command that runs {@code command} as this account in the same working folder. */
  List<String> wrap(List<String> command);

  /** Hands the folder and all in it to this account. */
  void own(Path folder) throws IOException;

  /** Hone was started by an ordinary user: the same user. */
  record Ordinary() implements PostgresAccount {
    @Override
    public List<String> wrap(List<String> command) {
      return command;
    }

    @Override
    public void own(Path folder) {}
  }

  /** Hone runs as root: {@code launcher} drops to a system user made for this. */
  record Dropped(List<String> launcher) implements PostgresAccount {
    @Override
    public List<String> wrap(List<String> command) {
      return concat(launcher, command);
    }

    @Override
    public void own(Path folder) throws IOException {
      handTo(USER, folder);
    }
  }

  /**
   * Hone runs as root and no user can be made: a user namespace in which root carries another
   * number. Files stay root's.
   */
  record Mapped(List<String> launcher) implements PostgresAccount {
    @Override
    public List<String> wrap(List<String> command) {
      return concat(launcher, command);
    }

    @Override
    public void own(Path folder) throws IOException {
      handTo("root", folder);
    }
  }

  /** The first of the ways that works on this machine. */
  static PostgresAccount find() {
    return find(new UnixSystem().getUid(), forRoot());
  }

  /**
   * @param user number of the account that Hone runs as
   * @param outOfRoot the ways to try if that is root
   */
  static PostgresAccount find(long user, Stream<PostgresAccount> outOfRoot) {
    if (user != 0) {
      return new Ordinary();
    }
    return outOfRoot
        .findFirst()
        .orElseThrow(
            () ->
                new StartException(
                    """
                    PostgreSQL refuses to run as root, and here neither a user can be made for it \
                    (useradd with setpriv or runuser) nor a user namespace (unshare). Start hone \
                    as an ordinary user, or set \
                    HONE_DB_URL=postgres://user:password@host:5432/database"""));
  }

  /** The ways out of root that work here, tried one by one as they are asked for. */
  static Stream<PostgresAccount> forRoot() {
    Stream<PostgresAccount> dropped =
        Stream.of(
                List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups", "--"),
                List.of("runuser", "-u", USER, "--"))
            .filter(launcher -> (userExists() || userMade()) && works(launcher))
            .map(Dropped::new);
    // initdb wants a user with a name, and "nobody" is the one that every system has.
    Stream<PostgresAccount> mapped =
        Stream.of("nobody")
            .map(
                name ->
                    List.of(
                        "unshare",
                        "--user",
                        "--map-user=" + run("id", "-u", name).output(),
                        "--map-group=" + run("id", "-g", name).output()))
            .filter(PostgresAccount::works)
            .map(Mapped::new);
    return Stream.concat(dropped, mapped);
  }

  private static boolean userExists() {
    return run("id", "-u", USER).succeeded();
  }

  private static boolean userMade() {
    run(
        "useradd",
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir=/nonexistent",
        "--shell=/usr/sbin/nologin",
        USER);
    return userExists();
  }

  private static boolean works(List<String> launcher) {
    return Subprocess.run(Path.of("/"), concat(launcher, List.of("true"))).succeeded();
  }

  private static Subprocess run(String... command) {
    return Subprocess.run(Path.of("/"), List.of(command));
  }

  private static List<String> concat(List<String> launcher, List<String> command) {
    var all = new ArrayList<>(launcher);
    all.addAll(command);
    return all;
  }

  private static void handTo(String account, Path folder) throws IOException {
    if (Files.getOwner(folder).getName().equals(account)) {
      return;
    }
    UserPrincipalLookupService names = folder.getFileSystem().getUserPrincipalLookupService();
    var user = names.lookupPrincipalByName(account);
    var group = names.lookupPrincipalByGroupName(account);
    List<Path> inside;
    try (var walk = Files.walk(folder)) {
      inside = walk.toList();
    }
    // The folder itself last: its owner says that all inside is done.
    for (Path path : inside.reversed()) {
      var view =
          Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      view.setGroup(group);
      view.setOwner(user);
    }
  }
}
