/// What the phones of the served number have done so far, branch by branch, and what that amounts to for the number.
struct PhoneOutcomes: Sendable {
    /// What became of a number when none of its phones was answered.
    enum Outcome: Sendable, Equatable {
        case notAnswered(status: Int)
        case busy(status: Int)
        case unreachable(status: Int)
        /// Nothing but 3xx that were not followed.
        case redirected(status: Int)
        /// No forwarding condition holds.
        case refused(status: Int)
    }

    /// Branches with any provisional response.
    private var heard = BranchSet()
    private var progressed = BranchSet()
    /// Branches with a 180, or taken for ringing.
    private var rung = BranchSet()
    /// Branches that have failed or were abandoned.
    private var final = BranchSet()

    // The last status of each meaning; nil as long as no phone failed so.
    private var notAnsweredStatus: Int?
    private var busyStatus: Int?
    private var unreachableStatus: Int?
    private var refusedStatus: Int?
    private var redirectedStatus: Int?

    mutating func heard(_ branch: Int) {
        heard.insert(branch)
    }

    /// Whether this is news from a phone that may still ring.
    mutating func progressed(_ branch: Int) -> Bool {
        heard.insert(branch)
        guard !final.contains(branch) else { return false }
        return progressed.insert(branch)
    }

    /// Whether this is news from a phone that may still be answered.
    mutating func rang(_ branch: Int) -> Bool {
        heard.insert(branch)
        guard !final.contains(branch) else { return false }
        return rung.insert(branch)
    }

    func hasRung(_ branch: Int) -> Bool { rung.contains(branch) }

    /// Takes every phone that has progressed for ringing; false if none of them is still at it.
    mutating func takeProgressForRinging() -> Bool {
        guard progressed.hasMember(outside: final) else { return false }
        rung.formUnion(progressed)
        return true
    }

    /// Whether nothing at all has come from this branch, which then counts as unreachable.
    mutating func fellSilent(_ branch: Int) -> Bool {
        guard !heard.contains(branch) else { return false }
        return failed(branch, meaning: .unreachable, status: 408)
    }

    /// Whether this was the first final outcome of the branch.
    mutating func failed(_ branch: Int, meaning: StatusMeaning, status: Int) -> Bool {
        guard final.insert(branch) else { return false }
        switch meaning {
        case .notAnswered: notAnsweredStatus = status
        case .busy: busyStatus = status
        case .unreachable: unreachableStatus = status
        case .challenge, .declined, .refused: refusedStatus = status
        case .redirection: redirectedStatus = status
        }
        return true
    }

    /// No answer if one rang until its time was up, else busy if one was busy, else unreachable; but a number with a
    /// phone that was reached, whatever that said, is not unreachable.
    var outcome: Outcome {
        if let notAnsweredStatus { return .notAnswered(status: notAnsweredStatus) }
        if let busyStatus { return .busy(status: busyStatus) }
        if let refusedStatus { return .refused(status: refusedStatus) }
        if let redirectedStatus { return .redirected(status: redirectedStatus) }
        // No outcome at all: not one of the contacts could be rung.
        return .unreachable(status: unreachableStatus ?? 480)
    }
}
