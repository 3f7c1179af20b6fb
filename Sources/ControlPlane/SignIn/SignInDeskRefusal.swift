package import SignIn

/// Why somebody is not let in, or a link or a session is worth nothing. Each has a message for the person, and none tells
/// one who does not know it already whether there is an account.
package enum SignInDeskRefusal: Error, Equatable, CustomStringConvertible {
    case signIn(SignInRefusal)
    /// From one address, or for one account whose password was right.
    case tooManyTries(until: Timestamp)
    /// As many passwords wait to be checked as may.
    case busy
    case mobileNumber(MobileNumberRefusal)
    /// Everything that the new password lacks.
    case password([PasswordShortcoming])
    case samePassword
    /// The present password, which has to be given for another one.
    case wrongPassword
    /// Another code was sent a moment ago, or too many of them.
    case codeTooSoon(until: Timestamp)
    /// Never ``Link/Outcome/accepted``.
    case link(Link.Outcome)
    /// E-mail address, name or telephone number is not what was registered.
    case identity
    case sessionOver

    package var messages: [Message] { messages(of: .sms) }

    /// - Parameter code: what was typed.
    package func messages(of code: SignInRefusal.Code) -> [Message] {
        switch self {
        case .signIn(let refusal): [refusal.message(of: code)]
        case .mobileNumber(let refusal): [refusal.message]
        case .password(let shortcomings): shortcomings.map(\.message)
        case .link(let outcome): [outcome.refusal]
        case .tooManyTries:
            [
                Message(
                    key: "sign-in.too-many-tries", japanese: "試行回数が上限に達しました。しばらくしてから、もう一度お試しください。",
                    english: "Too many tries. Wait a while, and try again.")
            ]
        case .busy:
            [
                Message(
                    key: "sign-in.busy", japanese: "ただいま混み合っています。しばらくしてから、もう一度お試しください。",
                    english: "Too many people are signing in just now. Try again in a moment.")
            ]
        case .samePassword:
            [
                Message(
                    key: "password.same", japanese: "現在と異なるパスワードを入力してください。",
                    english: "This is the present password. Choose another one.")
            ]
        case .wrongPassword:
            [
                Message(
                    key: "password.wrong", japanese: "現在のパスワードが正しくありません。",
                    english: "The present password is wrong.")
            ]
        case .codeTooSoon:
            [
                Message(
                    key: "sign-in.code-too-soon", japanese: "再送は、しばらく時間をおいてからお試しください。",
                    english: "A code was sent a short while ago. Wait a while before you ask for another one.")
            ]
        case .identity:
            [
                Message(
                    key: "invitation.identity", japanese: "入力された情報が登録内容と一致しません。",
                    english:
                        "This is not what was registered. Check the e-mail address, the name and the telephone number.")
            ]
        case .sessionOver:
            [
                Message(
                    key: "session.over", japanese: "セッションが終了しました。もう一度ログインしてください。",
                    english: "The session is over. Sign in again.")
            ]
        }
    }

    package var description: String { messages.map(\.english).joined(separator: " ") }
}

extension Link.Outcome {
    fileprivate var refusal: Message {
        switch self {
        case .expired:
            Message(
                key: "link.expired", japanese: "URLの有効期限が切れています。「パスワード再設定はこちら」からURLを再取得してください。",
                english: "The link has expired. Ask for a new one with \"Reset your password\".")
        case .accepted, .used, .unknown:
            Message(
                key: "link.unknown", japanese: "このURLは無効か、すでに使用されています。「パスワード再設定はこちら」からURLを再取得してください。",
                english: "The link is not valid, or was used. Ask for a new one with \"Reset your password\".")
        }
    }
}
