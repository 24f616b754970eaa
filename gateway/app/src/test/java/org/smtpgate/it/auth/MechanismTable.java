package org.smtpgate.it.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.smtpgate.it.monitoring.Repository;

/** The table of {@code gateway/docs/auth.md} that says which mechanism can stand before which backend. */
record MechanismTable(List<String> backends, List<Cell> cells) {
    private static final String PAGE = "gateway/docs/auth.md";
    private static final String HEADING = "## Mechanism and backend\n";
    private static final Pattern NAME = Pattern.compile("`([A-Z0-9-]+)`");

    /** One mechanism before one backend, which is named as in the head of its column. */
    record Cell(String mechanism, String backend, String text) {
        boolean yes() {
            return text.matches("yes(, .+)?");
        }

        /** Says yes, or why not. */
        boolean complete() {
            return yes() || text.matches("no: .+");
        }

        @Override
        public String toString() {
            return mechanism + " × " + backend;
        }
    }

    static MechanismTable read() {
        String page = Repository.read(PAGE);
        List<List<String>> rows = page.substring(page.indexOf(HEADING) + HEADING.length())
                .lines()
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .map(MechanismTable::columns)
                .toList();
        List<String> backends = rows.get(0).subList(1, rows.get(0).size());
        List<Cell> cells = new ArrayList<>();
        rows.stream().skip(2).forEach(row -> cells.addAll(cells(row, backends)));
        return new MechanismTable(backends, List.copyOf(cells));
    }

    private static List<String> columns(String line) {
        return Pattern.compile("\\|")
                .splitAsStream(line.substring(1))
                .map(String::strip)
                .toList();
    }

    /** A row may be of several mechanisms. */
    private static List<Cell> cells(List<String> row, List<String> backends) {
        if (row.size() != backends.size() + 1) {
            throw new AssertionError("a row of another length than the table's head: " + row);
        }
        List<Cell> cells = new ArrayList<>();
        for (String mechanism : names(row.get(0))) {
            for (int i = 0; i < backends.size(); i++) {
                cells.add(new Cell(mechanism, backends.get(i), row.get(i + 1)));
            }
        }
        return cells;
    }

    private static List<String> names(String head) {
        List<String> names =
                NAME.matcher(head).results().map(result -> result.group(1)).toList();
        if (names.isEmpty()) {
            throw new AssertionError("a row of no mechanism: " + head);
        }
        return names;
    }

    List<String> mechanisms() {
        return cells.stream().map(Cell::mechanism).distinct().toList();
    }

    List<Cell> yes() {
        return cells.stream().filter(Cell::yes).toList();
    }

    /** What a backend alone has to offer. */
    List<String> mechanisms(String backend) {
        return yes().stream()
                .filter(cell -> cell.backend().equals(backend))
                .map(Cell::mechanism)
                .toList();
    }
}
