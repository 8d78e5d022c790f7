// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.index;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.RecordText;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.format.RecordLocation;
import dev.boxcar.spool.format.SegmentName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Which messages there are, where they lie, what was last noted of them, and which records are still needed.
 *
 * <p>Promise: the order in which records are entered does not matter until {@link #settle}: a message whose DONE is
 * known is never found, of two states of a namespace the later one counts; what was said of a message before it came
 * means nothing. A DONE is needed as long as any segment holds its message, since that would rise again without it;
 * where something is missing, so is every DONE and every state whose message is not there.
 *
 * <p>Any thread reads, without waiting. The writer and the compaction change it, under a lock that is held for one
 * record at a time.
 */
public final class SpoolIndex {
    private final ConcurrentHashMap<Ulid, RecordLocation> places = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Ulid, Map<String, Noted>> states = new ConcurrentHashMap<>();
    private final HashMap<Ulid, Grave> graves = new HashMap<>();
    /** Of messages that are found: how many more copies of them segments hold (a compaction was cut short). */
    private final HashMap<Ulid, Integer> furtherCopies = new HashMap<>();

    private final HashMap<SegmentName, Long> needed = new HashMap<>();
    /** Messages whose blob is gone: not found, but their records are kept, in case the file comes back. */
    private final HashMap<Ulid, RecordLocation> lost = new HashMap<>();

    private final ConcurrentLinkedQueue<Known> deadBlobs = new ConcurrentLinkedQueue<>();
    private boolean settled;

    /** What was noted of a message last, and where that lies. */
    private record Noted(RecordLocation place, Envelope text) {}

    /** A message that is done: where its DONE lies, and how many copies of the message segments still hold. */
    private static final class Grave {
        RecordLocation done;
        int copies;

        Grave(RecordLocation done, int copies) {
            this.done = done;
            this.copies = copies;
        }
    }

    /** What an earlier life left. */
    public enum Left {
        /** All of it was read. */
        WHOLE,
        /**
         * A segment is missing, or something has rotted: messages may come back of which no more is known than that
         * they are read, or done.
         */
        IN_PART
    }

    /** A record that is needed: a message, or what was noted of it in {@code namespace}. */
    public record Known(Ulid id, @Nullable String namespace, RecordLocation place) {}

    // what is entered

    public synchronized void message(Ulid id, RecordLocation place) {
        Grave grave = graves.get(id);
        if (grave != null && grave.done.sequence() > place.sequence()) {
            grave.copies++;
            return;
        }
        if (grave != null) { // said before it came
            weigh(grave.done, -1);
            graves.remove(id);
        }
        RecordLocation before = places.put(id, place);
        weigh(place, 1);
        if (before != null) {
            weigh(before, -1);
            furtherCopies.merge(id, 1, Integer::sum);
        }
    }

    /** Notes a state of a message; of one that is not here, nothing. */
    public synchronized void state(Ulid id, RecordLocation place, Envelope text) {
        String namespace = text.first(RecordText.NAMESPACE);
        if (namespace == null || (settled && !places.containsKey(id))) {
            return;
        }
        var changed = new TreeMap<>(states.getOrDefault(id, Map.of()));
        Noted before = changed.get(namespace);
        if (before != null && before.place.sequence() > place.sequence()) {
            return;
        }
        changed.put(namespace, new Noted(place, text));
        states.put(id, Map.copyOf(changed));
        weigh(place, 1);
        if (before != null) {
            weigh(before.place, -1);
        }
    }

    /** Notes that a message is done. */
    public synchronized void done(Ulid id, RecordLocation done) {
        RecordLocation place = places.getOrDefault(id, lost.get(id));
        Grave grave = graves.get(id);
        if ((place != null && place.sequence() > done.sequence())
                || (grave != null && grave.done.sequence() > done.sequence())) {
            return;
        }
        places.remove(id);
        lost.remove(id);
        if (place != null) {
            weigh(place, -1);
            if (place.type() == RecordType.BLOB) {
                deadBlobs.add(new Known(id, null, place));
            }
        }
        if (settled || place != null) {
            dropStates(id);
        }
        Integer further = furtherCopies.remove(id);
        if (grave != null) {
            weigh(grave.done, -1);
            grave.done = done;
            weigh(done, 1);
        } else if (place != null || !settled) {
            graves.put(id, new Grave(done, (place == null ? 0 : 1) + (further == null ? 0 : further)));
            weigh(done, 1);
        }
    }

    /** A large message that is done and whose file may go, or null when that is all. */
    @Nullable
    public Known deadBlob() {
        return deadBlobs.poll();
    }

    public void forgetDeadBlobs() {
        deadBlobs.clear();
    }

    /** Everything that an earlier life left has been entered. */
    public synchronized void settle(Left left) {
        settled = true;
        for (Ulid id : List.copyOf(states.keySet())) {
            RecordLocation place = places.get(id);
            if (place != null) {
                dropStates(id, place.sequence());
            } else if (left == Left.WHOLE) {
                dropStates(id);
            }
        }
        if (left == Left.WHOLE) {
            graves.values().removeIf(grave -> {
                if (grave.copies == 0) {
                    weigh(grave.done, -1);
                }
                return grave.copies == 0;
            });
        }
    }

    /** A message whose bytes are gone is not found any more, but needed still: they may come back. */
    public synchronized void lost(Ulid id) {
        RecordLocation place = places.remove(id);
        if (place != null) {
            lost.put(id, place);
        }
    }

    private void dropStates(Ulid id) {
        Map<String, Noted> noted = states.remove(id);
        if (noted != null) {
            noted.values().forEach(one -> weigh(one.place, -1));
        }
    }

    /** Drops what was noted before the message came. */
    private void dropStates(Ulid id, long before) {
        var kept = new TreeMap<>(states.getOrDefault(id, Map.of()));
        kept.values().removeIf(one -> {
            boolean early = one.place.sequence() < before;
            if (early) {
                weigh(one.place, -1);
            }
            return early;
        });
        if (kept.isEmpty()) {
            states.remove(id);
        } else {
            states.put(id, Map.copyOf(kept));
        }
    }

    // what is asked

    @Nullable
    public RecordLocation find(Ulid id) {
        return places.get(id);
    }

    public Map<String, Envelope> states(Ulid id) {
        var texts = new TreeMap<String, Envelope>();
        if (places.containsKey(id)) {
            states.getOrDefault(id, Map.of()).forEach((namespace, noted) -> texts.put(namespace, noted.text));
        }
        return texts;
    }

    public List<Ulid> ids() {
        return places.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> entry.getValue().sequence()))
                .map(Map.Entry::getKey)
                .toList();
    }

    public int size() {
        return places.size();
    }

    /** Every message that is found, and what was last noted of each, from {@code fromSequence} on, in commit order. */
    public List<Known> known(long fromSequence) {
        var known = new ArrayList<Known>();
        places.forEach((id, place) -> known.add(new Known(id, null, place)));
        states.forEach(
                (id, noted) -> noted.forEach((namespace, one) -> known.add(new Known(id, namespace, one.place))));
        known.removeIf(one -> one.place.sequence() < fromSequence || !places.containsKey(one.id));
        known.sort(Comparator.comparingLong(one -> one.place.sequence()));
        return known;
    }

    /** Where that record lies now, or null where it is no longer needed. */
    @Nullable
    public RecordLocation current(Known one) {
        if (one.namespace == null) {
            return places.get(one.id);
        }
        Noted noted = states.getOrDefault(one.id, Map.of()).get(one.namespace);
        return noted == null ? null : noted.place;
    }

    // what compaction asks and changes

    /** How many bytes of the segment are of records that are needed. */
    public synchronized long neededBytes(SegmentName segment) {
        return needed.getOrDefault(segment, 0L);
    }

    /** How many bytes of all segments are of records that are needed. */
    public synchronized long neededBytes() {
        return needed.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether the record of {@code id} that lies there is needed. */
    public synchronized boolean isNeeded(Ulid id, RecordLocation place) {
        return switch (place.type()) {
            case MESSAGE, BLOB -> place.equals(places.get(id)) || place.equals(lost.get(id));
            case STATE -> namespaceOf(id, place) != null;
            case DONE -> {
                Grave grave = graves.get(id);
                yield grave != null && grave.done.equals(place);
            }
            case MARK, SEAL -> false;
        };
    }

    private @Nullable String namespaceOf(Ulid id, RecordLocation place) {
        for (Map.Entry<String, Noted> one : states.getOrDefault(id, Map.of()).entrySet()) {
            if (one.getValue().place.equals(place)) {
                return one.getKey();
            }
        }
        return null;
    }

    /**
     * A record was copied and the copy forced: from now on it is looked for there. False where it is not needed any
     * more: the copy is one too many.
     */
    public synchronized boolean moved(Ulid id, RecordLocation from, RecordLocation to) {
        if (!isNeeded(id, from)) {
            Grave grave = graves.get(id);
            if (from.type().isMessage() && grave != null) {
                grave.copies++;
            }
            return false;
        }
        weigh(from, -1);
        weigh(to, 1);
        if (from.equals(lost.get(id))) {
            lost.put(id, to);
        } else if (from.type().isMessage()) {
            places.put(id, to);
        } else if (from.type() == RecordType.DONE) {
            graves.computeIfPresent(id, (same, grave) -> {
                grave.done = to;
                return grave;
            });
        } else {
            String namespace = namespaceOf(id, from);
            states.computeIfPresent(id, (same, noted) -> {
                var changed = new TreeMap<>(noted);
                changed.computeIfPresent(String.valueOf(namespace), (name, one) -> new Noted(to, one.text));
                return Map.copyOf(changed);
            });
        }
        return true;
    }

    /** A copy of a message that is done, or is found elsewhere, has gone with its segment. */
    public synchronized void copyGone(Ulid id) {
        Grave grave = graves.get(id);
        if (grave == null) {
            furtherCopies.computeIfPresent(id, (same, copies) -> copies > 1 ? copies - 1 : null);
        } else if (--grave.copies == 0) {
            weigh(grave.done, -1);
            graves.remove(id);
        }
    }

    /** The segment is gone. */
    public synchronized void segmentGone(SegmentName segment) {
        needed.remove(segment);
    }

    private void weigh(RecordLocation place, int sign) {
        needed.merge(place.segment(), sign * place.recordBytes(), Long::sum);
    }
}
