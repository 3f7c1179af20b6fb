package import Directory
package import SignIn

/// Why an account or a user group can't be as it was asked for.
package enum AccountRefusal: Error, Equatable, CustomStringConvertible {
    case invalidEmail(String)
    case invalidSignInName(String)
    case invalidTelephone(String)
    case invalidTimeZone(String)
    case textTooLong(field: String, limit: Int)
    case controlCharacter(field: String, Unicode.Scalar)
    case userExists(String)
    /// An address that somebody has whom the principal may not know of. Nothing of that is told.
    case addressRefused(String)
    case noSuchUser(String)
    /// Someone has to be left who can administer the company's portal.
    case lastAdministrator(String, company: String)
    /// Nobody changes their own.
    case ownSecondFactor
    /// Only the operator lets a user sign in without one.
    case secondFactorOfOperator
    case noTOTP(String)
    case groupExists(String, company: String)
    case noSuchGroup(String, company: String)
    case contractOfAnother(String, company: String)
    case userOfAnother(String, company: String)
    /// A file says otherwise; accounts do not move.
    case userBelongs(String, company: String)
    case administratorIDStands(String, contract: String)
    case loginIDStands(String, contract: String)
    case administratorIDExists(String)
    case noSuchAdministratorID(String)
    case hasAdministratorID(contract: String, String)
    /// Administrator IDs are for contracts that have something to set.
    case noOptionService(contract: String)
    case loginIDExists(String)
    case noSuchLoginID(String)
    case noNumbers
    /// One of the multiple numbers of a line, which are not managed by login IDs.
    case multipleNumber(PhoneNumber)
    case numberNotUnder(PhoneNumber, contract: String)
    case numberTaken(PhoneNumber, login: String)
    case smsNumbers([SMSNumberFlaw])
    case signInForbidden(String)
    /// Between the principal's making and the work.
    case rightsChanged
    case noSuchSession(String)
    case noSuchToken(String)
    case tokenWithoutName
    case tokenDays(Int)
    case tooManyTokens(limit: Int)
    /// A token can't make one that may do more.
    case tokenScope
    /// An invitation is for who has no password yet.
    case hasPassword(String)
    /// A link for another password is for who has one.
    case noPassword(String)
    case suspended(String)
    /// Too many links were mailed to the user of late.
    case linkTooSoon(String)
    /// A value of signing in could not be made or read.
    case signIn(SignInError)

    package var description: String {
        switch self {
        case .invalidEmail(let text): "\"\(text)\" is not an e-mail address: give it as taro@example.co.jp"
        case .invalidSignInName(let text):
            "\"\(text)\" can't be signed in with: give 4 to 64 letters, digits, dots, hyphens and underscores"
        case .invalidTelephone(let text):
            "\"\(text)\" is not a telephone number: give up to 32 digits, hyphens, blanks and brackets, "
                + "such as 03-1234-5678"
        case .invalidTimeZone(let text): "\"\(text)\" is not a time zone: give it as Asia/Tokyo"
        case .textTooLong(let field, let limit): "the \(field) is longer than \(limit) characters: give a shorter one"
        case .controlCharacter(let field, let control):
            "the \(field) has a control character, \(control.escaped(asASCII: true)): leave that away"
        case .userExists(let email):
            "there is a portal user \(email) already, here or in another company: give another e-mail address"
        case .addressRefused(let email):
            "\(email) can't be used here: give another e-mail address, or ask the operator of the service"
        case .noSuchUser(let email): "there is no portal user \(email): see \"tsunagi user list\""
        case .lastAdministrator(let email, let company):
            "\(email) is the last portal administrator of \(company): let another user be one first, with "
                + "\"tsunagi user edit EMAIL --role administrator\""
        case .ownSecondFactor: "nobody changes their own second factor: ask another portal administrator"
        case .secondFactorOfOperator:
            "only the operator may let a user sign in without a second factor: choose totp, mail or open, or ask the operator"
        case .noTOTP(let email): "\(email) has no authenticator app set up: there is nothing to reset"
        case .groupExists(let name, let company):
            "\(company) has a user group \(name) already: see \"tsunagi group list --company '\(company)'\""
        case .noSuchGroup(let name, let company):
            "\(company) has no user group \(name): see \"tsunagi group list --company '\(company)'\""
        case .contractOfAnother(let contract, let company):
            "\(company) has no contract \(contract): see \"tsunagi contract list --company '\(company)'\""
        case .userOfAnother(let email, let company):
            "\(company) has no portal user \(email): see \"tsunagi user list --company '\(company)'\""
        case .userBelongs(let email, let company):
            "portal user \(email) belongs to \(company), and stays there: remove it, and add another one"
        case .administratorIDStands(let name, let contract):
            "administrator ID \(name) stands under contract \(contract), and stays there: remove it, and add another one"
        case .loginIDStands(let name, let contract):
            "login ID \(name) stands under contract \(contract), and stays there: remove it, and add another one"
        case .administratorIDExists(let name):
            "there is an administrator ID \(name) already: see \"tsunagi admin show \(name)\""
        case .noSuchAdministratorID(let name): "there is no administrator ID \(name): see \"tsunagi admin list\""
        case .hasAdministratorID(let contract, let name):
            "contract \(contract) has the administrator ID \(name) already: see \"tsunagi admin show \(name)\""
        case .noOptionService(let contract):
            "contract \(contract) has no option service, so there is nothing to administer: add one with "
                + "\"tsunagi option add … --contract \(contract)\" first"
        case .loginIDExists(let name): "there is a login ID \(name) already: see \"tsunagi login show \(name)\""
        case .noSuchLoginID(let name): "there is no login ID \(name): see \"tsunagi login list\""
        case .noNumbers: "a login ID has one number or more: give at least one"
        case .multipleNumber(let number):
            "\(number) is one of the multiple numbers of a line (050複数番号), which are not managed by login IDs: "
                + "give the line's pilot or direct-dial number"
        case .numberNotUnder(let number, let contract):
            "\(number) is not a number of contract \(contract): see \"tsunagi number list --contract \(contract)\""
        case .numberTaken(let number, let login):
            "\(number) belongs to the login ID \(login): take it from there first, see \"tsunagi login show \(login)\""
        case .smsNumbers(let flaws):
            "no mobile number was set, because of "
                + flaws.map(\.description).joined(separator: "; ") + ": correct these and give all of them again"
        case .rightsChanged: "your rights have just been changed: nothing was done, try again"
        case .signInForbidden(let name): "\(name) may not sign in now: the account is suspended or gone"
        case .noSuchToken(let id): "there is no token \(id): see \"tsunagi token list\""
        case .tokenWithoutName: "the token has no name: say what it is for"
        case .tokenDays(let days):
            "a token is good for \(ControlSession.tokenDays.lowerBound) to \(ControlSession.tokenDays.upperBound) days, "
                + "not \(days)"
        case .tooManyTokens(let limit): "an account has at most \(limit) tokens: end one that is not in use"
        case .tokenScope: "a token can't make one that may do more than itself: sign in, and make it there"
        case .noSuchSession(let id): "there is no session \(id): see \"tsunagi session list\""
        case .hasPassword(let email):
            "\(email) has a password already: mail a link for another one with \"tsunagi user reset-link \(email)\""
        case .noPassword(let email):
            "\(email) has no password yet: mail an invitation with \"tsunagi user invite \(email)\""
        case .suspended(let email): "\(email) is suspended: see \"tsunagi user resume \(email)\""
        case .linkTooSoon(let email):
            "\(email) was mailed a link a moment ago, or too many of late: wait half an hour"
        case .signIn(let error): error.description
        }
    }
}

/// What is wrong with one line of a form of mobile numbers.
package struct SMSNumberFlaw: Sendable, Equatable, CustomStringConvertible {
    /// The administrator ID or login ID that the line is for.
    package let name: String
    package let reason: Reason
    /// Names of the two kinds may be the same.
    package var isAdministrator = false

    package enum Reason: Sendable, Equatable {
        case number(MobileNumberRefusal)
        /// No such account under the contract.
        case unknown
        /// Another line is for the same one.
        case twice
        /// Somebody has set this number since the line was shown; nil: has taken it away.
        case changedMeanwhile(String?)
    }

    package var description: String {
        switch reason {
        // A sentence of its own beside a field, and a part of one here.
        case .number(let refusal): "\(name): \(refusal.message.english.split(separator: ".").joined())"
        case .unknown: "\(name): there is no such login ID under the contract"
        case .twice: "\(name): it is there twice"
        case .changedMeanwhile(let number): "\(name): it was changed meanwhile, to \(number ?? "none")"
        }
    }
}
