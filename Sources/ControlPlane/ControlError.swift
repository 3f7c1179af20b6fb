package import Directory
package import Storage

/// Why a use case was refused. Each text names the thing and the remedy.
package enum ControlError: Error, Equatable, CustomStringConvertible {
    case invalidNumber(NumberError)
    case reservedName(String)
    case noSuchNumber(PhoneNumber)
    case numberExists(PhoneNumber)
    case emptyPassword
    case passwordTooLong(limit: Int)
    case ringSeconds(Int)
    case destination(DestinationRefusal)
    /// A rule would have ended before it begins.
    case endIsPast(String)
    case unknownTimeZone(String)
    /// None of what was named, such as a contract, has numbers.
    case noNumbers(String)
    case tooManyNumbers(limit: Int)
    case noSuchOperation(Int64)
    case nothingToRestore
    case holiday(HolidayRefusal)
    /// Forwarding would come back to the number: the way it takes, from the number and back to it.
    case loop(path: [PhoneNumber])
    /// All that is wrong with the form of a number's forwarding.
    case forwardingForm([ForwardingFlaw])
    /// All saved destinations of the number are in use by active rules.
    case noFreeSlot(PhoneNumber)
    case blockListFull(PhoneNumber)
    case caller(CallerRefusal)
    case notBlocked(caller: PhoneNumber, number: PhoneNumber)
    case invalidPrefix(String)
    case trunkExists(prefix: String)
    case noSuchTrunk(prefix: String)
    case invalidHop(String, reason: String)
    case tooManyHops(limit: Int)
    case notRegistered(PhoneNumber, contact: String?)
    case invalidSource(String)
    /// Seconds that nobody can be banned for.
    case banTime(Int)
    case notBanned(String)
    case noSuchCall(String)
    case invalidRealm(String)
    /// Passwords are hashed with the realm: they would all stop working.
    case realmInUse(String, wanted: String, passwords: Int)
    case noHistory(String)
    case noHistoryOf(String)
    case noSuchSlot(Int)
    case noSavedDestination(PhoneNumber, slot: Int)
    case destinationSaved(PhoneNumber, slot: Int)
    case destinationInUse(PhoneNumber, slot: Int, when: ForwardingCondition)
    case contract(ContractRefusal)
    case account(AccountRefusal)
    case noSuchChange(Int64)
    /// What was to be changed has been changed by somebody since the change that was seen last.
    case changedSince(Int64, by: String, id: Int64, action: String)
    /// The change that is said to have been seen last has not been made yet.
    case notChangedYet(Int64)
    case cannotUndo(Int64, UndoObstacle)
    case historyFlawed(HistoryFlaw)
    case outbox(OutboxRefusal)
    case serviceName(String)
    case portalURL(String)
    case signInPolicy(SignInPolicyRefusal)
    /// The matter is within the principal's reach, but not theirs to do.
    case notPermitted(UseCase)
    /// The account may, and the token that it acts by may not.
    case outsideScope(UseCase, TokenScope)
    /// The way back to the number goes through others that are not the principal's to see.
    case loopElsewhere(PhoneNumber)

    package var description: String {
        switch self {
        case .invalidNumber(let error): error.description
        case .reservedName(let name): "\"\(name)\" stands for voice mail: give the number another name"
        case .noSuchNumber(let number):
            "\(number) is not one of our numbers: add it with \"tsunagi number add \(number)\", "
                + "or see \"tsunagi number list\""
        case .numberExists(let number):
            "\(number) exists already: see \"tsunagi number show \(number)\", "
                + "or set a new password with \"tsunagi number password \(number) --password-stdin\""
        case .emptyPassword: "the password is empty: give it as one line on the standard input"
        case .passwordTooLong(let limit): "the password is longer than \(limit) characters: give a shorter one"
        case .ringSeconds(let seconds):
            "a phone can ring for \(ForwardingRules.ringSecondsRange.lowerBound) to "
                + "\(ForwardingRules.ringSecondsRange.upperBound) seconds, not \(seconds)"
        case .destination(let refusal): refusal.description
        case .endIsPast(let time): "\(time) has passed: give a time to come"
        case .noNumbers(let scope): "there are no numbers in \(scope), or it is not there: see \"tsunagi number list\""
        case .tooManyNumbers(let limit): "more than \(limit) numbers can't be changed at once: name fewer of them"
        case .noSuchOperation(let id): "there is no operation \(id): see \"tsunagi forward operations\""
        case .nothingToRestore:
            "there is nothing to put back: an operation that put something back is taken back by its number only, "
                + "with \"tsunagi forward restore OPERATION\"; see \"tsunagi forward operations\", and \"tsunagi "
                + "history\" for what was done to single numbers"
        case .unknownTimeZone(let name):
            "\"\(name)\" is no time zone: give its name in the tz database, such as Asia/Tokyo or America/New_York"
        case .holiday(let refusal): refusal.description
        case .loop(let path):
            "calls would go in a circle: \(path.map(\.description).joined(separator: " → ")); "
                + "switch one of these rules off first, or choose another destination"
        case .forwardingForm(let flaws): flaws.map(\.description).joined(separator: "; ")
        case .noFreeSlot(let number):
            "all \(ForwardingRules.savedDestinationCount) saved destinations of \(number) are in use by its rules: "
                + "switch one off with \"tsunagi forward off \(number) --when …\", or use one of the saved ones"
        case .blockListFull(let number):
            "\(number) blocks \(NumberRecord.blockListLimit) callers already, which is the limit: "
                + "take one off with \"tsunagi block remove \(number) CALLER\""
        case .caller(let refusal): refusal.description
        case .notBlocked(let caller, let number):
            "\(caller) is not on the block list of \(number): see \"tsunagi block list \(number)\""
        case .invalidPrefix(let prefix):
            "\"\(prefix)\" is not a prefix: give the digits that numbers begin with, such as 03, 9 or +1"
        case .trunkExists(let prefix):
            "there is a trunk for \(prefix) already: change it with \"tsunagi trunk set \(prefix) …\""
        case .noSuchTrunk(let prefix):
            "there is no trunk for \(prefix): see \"tsunagi trunk list\", or add it with \"tsunagi trunk add\""
        case .invalidHop(let text, let reason):
            "\"\(text)\" is not a gateway (\(reason)): give it as sip:gw.example:5060 or "
                + "sip:192.0.2.1;transport=tcp;weight=10;priority=0"
        case .tooManyHops(let limit): "a trunk has at most \(limit) gateways"
        case .notRegistered(let number, let contact):
            contact.map { "\(number) has no registration with the contact \($0)" }
                ?? "\(number) is not registered: see \"tsunagi registrations list\""
        case .invalidSource(let text):
            "\"\(text)\" is no address: give one such as 192.0.2.66 or 2001:db8::1"
        case .banTime(let seconds):
            "nobody can be banned for \(seconds) seconds: give 1 to \(ControlSession.longestBan)"
        case .notBanned(let source): "\(source) is not banned: see \"tsunagi bans list\""
        case .noSuchCall(let id): "the call log has no call \(id): see \"tsunagi calls list\""
        case .invalidRealm(let realm):
            "\"\(realm.inOneLine)\" can't be a realm: give 1 to 64 printable characters without quotes and backslashes"
        case .realmInUse(let realm, let wanted, let passwords):
            "\(passwords) \(passwords == 1 ? "number has a password" : "numbers have passwords") made for the realm "
                + "\"\(realm)\", which can't be converted: \"tsunagi settings realm \(wanted) "
                + "--discard-passwords\" takes them away, then set each anew with \"tsunagi number password\""
        case .noHistory(let text): "nothing is recorded for \(text), and it is not one of our numbers"
        case .noHistoryOf(let text): "nothing is recorded for \(text): see \"tsunagi history\""
        case .noSuchSlot(let slot):
            "a number has \(ForwardingRules.savedDestinationCount) saved destinations, 1 to "
                + "\(ForwardingRules.savedDestinationCount), not \(slot)"
        case .noSavedDestination(let number, let slot):
            "\(number) has no saved destination \(slot): see \"tsunagi destination list \(number)\""
        case .destinationSaved(let number, let slot):
            "\(number) has saved this as its destination \(slot) already: see \"tsunagi destination list \(number)\""
        case .destinationInUse(let number, let slot, let condition):
            "destination \(slot) of \(number) is in use: switch the rule off with "
                + "\"tsunagi forward off \(number) --when \(condition.rawValue)\" first"
        case .contract(let refusal): refusal.description
        case .account(let refusal): refusal.description
        case .changedSince(let seen, let actor, let id, let action):
            "nothing was changed: \(actor) has changed the same since change \(seen) (change \(id), \"\(action)\"): look at "
                + "it again, then say --unless-changed-since \(id)"
        case .notChangedYet(let id):
            "nothing was changed: the history has no change \(id) yet, so it can't be told what was changed since: give the "
                + "number of the last change that you have seen in \"tsunagi history\""
        case .noSuchChange(let id): "there is no change \(id): see \"tsunagi history\""
        case .cannotUndo(let id, let obstacle): "change \(id) can't be undone: \(obstacle)"
        case .notPermitted(let useCase):
            "you may not \(useCase.phrase): only "
                + Permission.roles(for: useCase).map(\.phrase).joined(separator: ", ") + " may; ask them for it"
        case .outsideScope(let useCase, let scope):
            "the token may not \(useCase.phrase): its scope is \(scope.phrase)"
        case .loopElsewhere(let number):
            "calls would go in a circle and come back to \(number): choose another destination"
        case .historyFlawed(let flaw):
            "\(flaw): compare control.db with a backup from before that"
        case .outbox(let refusal): refusal.description
        case .serviceName(let name):
            "\"\(name.inOneLine)\" can't be the service's name: give 1 to 64 printable characters on one line"
        case .signInPolicy(let refusal): refusal.description
        case .portalURL(let text):
            "\"\(text)\" can't be where the web sites are: give it as https://portal.example.jp"
        }
    }
}

/// Why something can't be forwarded to.
package enum DestinationRefusal: Error, Equatable, CustomStringConvertible {
    case empty
    case unreadable(NumberError)
    case tooLong(limit: Int)
    case itself(PhoneNumber)
    /// A leading 184 or 186, and the number without it.
    case presentationPrefix(String, rest: String)
    case emergency(PhoneNumber)
    case forbidden(DestinationClass, String)
    case unknownName(String)
    case invalidURI(String, reason: String)
    /// Only the operator sets URIs.
    case uriOfOperator(String)
    case voicemailInList

    package var description: String {
        switch self {
        case .empty: "the destination is empty: give a number, a sip: URI or voicemail"
        case .unreadable(let error): error.description
        case .tooLong(let limit): "the destination is longer than \(limit) characters: give a shorter one"
        case .itself(let number): "\(number) can't forward to itself: choose another destination"
        case .presentationPrefix(let prefix, let rest):
            "\(prefix)\(rest) can't be a destination because it begins with \(prefix): whether the caller's number is "
                + "shown is the caller's choice and travels with the call; give \(rest) alone"
        case .emergency(let number):
            "\(number) is an emergency number: calls are not forwarded there; choose another destination"
        case .forbidden(let kind, let text):
            "\(text) is \(kind.phrase): calls are not forwarded there; choose another destination "
                + "(the operator's list: \"tsunagi settings forbidden-destinations\")"
        case .unknownName(let name):
            "\(name) is not one of our numbers: add it with \"tsunagi number add \(name)\", "
                + "or give a number, a sip: URI or voicemail"
        case .invalidURI(let text, let reason):
            "\(text) can't be a destination (\(reason)): give it as sip:bob@example.jp"
        case .uriOfOperator(let text):
            "only the operator may set a sip: URI such as \(text): give a telephone number, or ask the operator to set it"
        case .voicemailInList:
            "voicemail needs no place among the saved destinations: switch it on with \"tsunagi forward set NUMBER "
                + "--when … --to voicemail\""
        }
    }
}
