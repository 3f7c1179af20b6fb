import SignIn
import Testing

@Suite("Sessions")
struct SessionTests {
    private let lifetime = SessionLifetime(idle: .minutes(30), absolute: .minutes(8 * 60))

    private func start(seed: UInt64 = 1, dependingOn parent: Session? = nil, at now: Timestamp = newYear) -> Session {
        var generator = RepeatableGenerator(seed: seed)
        return Session.start(dependingOn: parent, at: now, using: &generator).kept
    }

    @Test("a session is found by its token's hash, and holds neither the token nor the same id twice")
    func starts() {
        var generator = RepeatableGenerator()
        let (token, kept) = Session.start(at: newYear, using: &generator)
        #expect(kept.hash == token.hash)
        #expect(!kept.stored.contains(token.text))
        #expect(kept.id.count == 16)
        #expect(kept.id != start(seed: 2).id)
        #expect(kept.endReason(at: newYear, lifetime: lifetime) == nil)
    }

    @Test("without a request it ends after the idle time")
    func idle() {
        var session = start()
        #expect(session.endReason(at: newYear + .minutes(30) + .milliseconds(-1), lifetime: lifetime) == nil)
        #expect(session.endReason(at: newYear + .minutes(30), lifetime: lifetime) == .idle)
        #expect(session.seen(at: newYear + .minutes(29)) == true)
        #expect(session.endReason(at: newYear + .minutes(58), lifetime: lifetime) == nil)
        #expect(session.endReason(at: newYear + .minutes(59), lifetime: lifetime) == .idle)
    }

    @Test("with requests all the time it ends after the absolute time")
    func absolute() {
        var session = start()
        for minute in stride(from: 10, through: 470, by: 10) {
            #expect(session.endReason(at: newYear + .minutes(minute), lifetime: lifetime) == nil)
            _ = session.seen(at: newYear + .minutes(minute))
        }
        #expect(session.endReason(at: newYear + .minutes(480), lifetime: lifetime) == .expired)
    }

    @Test("requests within a minute are not kept, and none makes time go back")
    func grain() {
        var session = start()
        #expect(session.seen(at: newYear + .seconds(59)) == false)
        #expect(session.seen(at: newYear + .seconds(60)) == true)
        #expect(session.seen(at: newYear) == false)
        #expect(session.lastSeen == newYear + .seconds(60))
    }

    @Test("what an older release has kept is read, with a field that there is no more")
    func older() throws {
        let session = start(seed: 2, dependingOn: start(seed: 1))
        #expect(try Session(stored: session.stored + " end=ended") == session)
    }

    @Test("a rotated session has another token and the same life")
    func rotates() {
        var generator = RepeatableGenerator(seed: 9)
        var session = start()
        let before = session
        let token = session.rotate(using: &generator)
        #expect(session.hash == token.hash)
        #expect(session.hash != before.hash)
        #expect(session.id == before.id)
        #expect(session.started == before.started)
    }

    @Test("a dependent session ends with its parent, however that ends")
    func dependent() {
        let parent = start(seed: 1)
        let window = start(seed: 2, dependingOn: parent)
        func reason(_ parent: Session?, at minute: Int = 1) -> Session.EndReason? {
            window.endReason(at: newYear + .minutes(minute), lifetime: lifetime, parent: parent)
        }
        #expect(reason(parent) == nil)
        #expect(reason(nil) == .parentEnded)
        #expect(reason(start(seed: 3)) == .parentEnded)
        var late = window
        _ = late.seen(at: newYear + .minutes(20))
        #expect(late.endReason(at: newYear + .minutes(40), lifetime: lifetime, parent: parent) == .parentEnded)
    }

    @Test("a rotated parent still carries its dependent session")
    func rotatedParent() {
        var generator = RepeatableGenerator(seed: 9)
        var parent = start(seed: 1)
        let window = start(seed: 2, dependingOn: parent)
        _ = parent.rotate(using: &generator)
        #expect(window.endReason(at: newYear, lifetime: lifetime, parent: parent) == nil)
    }

    @Test("a session that is started from a dependent one depends on the same parent")
    func oneLevel() {
        let parent = start(seed: 1)
        let window = start(seed: 2, dependingOn: parent)
        #expect(start(seed: 3, dependingOn: window).parentID == parent.id)
    }
}
